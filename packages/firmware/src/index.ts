import { fileURLToPath } from "node:url";

/**
 * Path of the folder that holds the user C module `_slotscope`, with its `micropython.mk` and `micropython.cmake`. In a
 * make port's build `USER_C_MODULES` is the folder above it; in a CMake port's build it is `micropython.cmake` itself.
 */
export function findModuleFolder(): string {
  return fileURLToPath(new URL("../module", import.meta.url));
}

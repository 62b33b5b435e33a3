import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Folder for what is fetched or built once a machine and never committed: pnpm itself, MicroPython's
 * source. `SLOTSCOPE_CACHE` overrides the platform's usual place.
 */
export function cacheFolder(environment = process.env, platform = process.platform) {
  if (environment.SLOTSCOPE_CACHE) return environment.SLOTSCOPE_CACHE;
  if (platform === "win32") {
    return join(environment.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "slotscope");
  }
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "slotscope");
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slotscope");
}

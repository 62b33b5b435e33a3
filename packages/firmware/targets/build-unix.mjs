import { availableParallelism } from "node:os";

import { fileURLToPath } from "node:url";

/** Assertions stay in, and every wrong access or undefined operation ends the program with a report. */
const sanitizers =
  "-fsanitize=address,undefined -fno-sanitize=nonnull-attribute -fno-sanitize-recover=undefined";

/** MicroPython's unix port, variant "standard", without what Debian's source lacks (SSL, btree). */
export const unix = {
  name: "unix",
  compiler: "gcc",
  needs: [
    { command: "pkg-config", packages: ["pkg-config"] },
    { pkgConfig: "libffi", packages: ["libffi-dev"] },
  ],
  artifacts: ["micropython", "micropython.map"],

  /** Words and environment for run-tests.py. */
  testWith: (program) => ({
    words: ["-j", `${availableParallelism()}`],
    environment: {
      MICROPY_MICROPYTHON: program,
      // What never is freed at exit is no leak, and memory that can't be had is an exception, as without sanitizers.
      ASAN_OPTIONS: "detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=0",
    },
  }),

  configure({ variant, stackless = false, sanitize = false }) {
    const flags = [];
    if (variant === "settrace") flags.push("-DMICROPY_PY_SYS_SETTRACE=1");
    if (stackless) flags.push("-DMICROPY_STACKLESS=1", "-DMICROPY_STACKLESS_STRICT=1");
    if (sanitize) flags.push(sanitizers);
    return {
      folder: "ports/unix",
      settings: {
        VARIANT: "standard",
        MICROPY_PY_SSL: "0",
        MICROPY_PY_BTREE: "0",
        STRIP: "",
        CFLAGS_EXTRA: flags.join(" "),
        ...(sanitize && { COPT: "-O1", LDFLAGS_EXTRA: sanitizers }),
      },
      modules:
        variant === "slotscope"
          ? [{ name: "unix-input", folder: fileURLToPath(new URL("unix", import.meta.url)) }]
          : [],
      parts: [...(stackless ? ["stackless"] : []), ...(sanitize ? ["sanitized"] : [])],
    };
  },
};

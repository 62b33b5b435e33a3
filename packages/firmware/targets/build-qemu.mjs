import { fileURLToPath } from "node:url";
import { qemuCommand } from "./run-qemu.mjs";

/** MicroPython's QEMU port for the board MPS2_AN385, a Cortex-M3, with what makes it like a real board. */
export const qemu = {
  name: "qemu",
  compiler: "arm-none-eabi-gcc",
  needs: [{ command: "arm-none-eabi-gcc", packages: ["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"] }],
  testNeeds: [{ command: "qemu-system-arm", packages: ["qemu-system-arm"] }],
  artifacts: ["firmware.elf", "firmware.map"],

  /** Words and environment for run-tests.py. Its time is that of a board, however busy this machine is. */
  testWith: (program) => ({
    words: ["-t", `exec:exec ${qemuCommand(program, "stdio", ["-icount", "shift=5"]).join(" ")}`],
    environment: {},
  }),

  configure({ variant, stackless = false, sanitize = false }) {
    if (sanitize) throw new Error("sanitizers need an operating system: there are none for qemu");
    const flags = [];
    if (variant === "settrace") flags.push("-DMICROPY_PY_SYS_SETTRACE=1");
    if (stackless) flags.push("-DMICROPY_STACKLESS=1", "-DMICROPY_STACKLESS_STRICT=1");
    return {
      folder: "ports/qemu",
      settings: { BOARD: "MPS2_AN385", MICROPY_VFS_LFS2: "1", CFLAGS_EXTRA: flags.join(" ") },
      modules: [{ name: "qemu-board", folder: fileURLToPath(new URL("qemu", import.meta.url)) }],
      parts: stackless ? ["stackless"] : [],
    };
  },
};

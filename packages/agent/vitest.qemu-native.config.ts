import { defineQemuSuite } from "../../vitest.qemu.js";

// What a board's wire and heap could change. All of the rest runs in WebAssembly, whose words have 32 bits too.
export default defineQemuSuite("native", [
  "tests/unit/{breakpoints,exceptions,start-agent,stepping}.test.ts",
  "tests/qemu/**/*.test.ts",
]);

import { defineQemuSuite } from "../../vitest.qemu.js";

export default defineQemuSuite("native", ["tests/unit/**/*.test.ts", "tests/qemu/**/*.test.ts"]);

import { defineQemuSuite } from "../../vitest.qemu.js";

export default defineQemuSuite("native", ["tests/qemu/**/*.test.ts"]);

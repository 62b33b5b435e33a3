import { defineQemuSuite } from "../../vitest.qemu.js";

export default defineQemuSuite("peek", ["tests/qemu/**/*.test.ts"]);

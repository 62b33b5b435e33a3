import { defineQemuSuite } from "../../vitest.qemu.js";

export default defineQemuSuite("peek", ["tests/unit/**/*.test.ts", "tests/qemu/**/*.test.ts"]);

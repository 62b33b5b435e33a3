import { defineQemuSuite } from "../../vitest.qemu.js";

// The commands don't depend on how frames are read; the probe tells it.
export default defineQemuSuite("peek", ["tests/qemu/probe.test.ts"]);

import { defineUnixSuite } from "../../vitest.unix.js";

// The commands don't depend on how frames are read; the probe tells it.
export default defineUnixSuite("peek", ["tests/unix/probe.test.ts"]);

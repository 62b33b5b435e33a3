import { defineUnixSuite } from "../../vitest.unix.js";

export default defineUnixSuite("native", ["tests/unix/**/*.test.ts"]);

import { defineUnixSuite } from "../../vitest.unix.js";

export default defineUnixSuite("peek", ["tests/unix/**/*.test.ts"]);

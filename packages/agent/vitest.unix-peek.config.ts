import { defineUnixSuite } from "../../vitest.unix.js";

export default defineUnixSuite("peek", ["tests/unit/**/*.test.ts"]);

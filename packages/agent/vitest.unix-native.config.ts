import { defineUnixSuite } from "../../vitest.unix.js";

export default defineUnixSuite("native", ["tests/unit/**/*.test.ts"]);

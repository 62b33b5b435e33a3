import { defineUnixSuite } from "../../vitest.unix.js";

const suite = await defineUnixSuite("native", ["tests/faults/**/*.test.ts"]);

export default { ...suite, test: { ...suite.test, outputFile: { json: ".reports/faults.json" } } };

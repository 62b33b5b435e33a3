import { defineSuite } from "../../vitest.base.js";

// Builds and whole test suites take minutes, and use every core by themselves.
export default defineSuite("firmware", { testTimeout: 1_200_000, fileParallelism: false });

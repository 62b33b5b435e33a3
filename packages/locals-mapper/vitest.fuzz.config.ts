import { defineSuite } from "../../vitest.base.js";

export default defineSuite("fuzz", { testTimeout: 3_600_000 });

import { defineSuite } from "../../vitest.base.js";

export default defineSuite("unit", { include: ["tests/{unit,stock}/**/*.test.ts"] });

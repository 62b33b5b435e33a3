import { defineSuite } from "../../vitest.base.js";

export default defineSuite("unit");

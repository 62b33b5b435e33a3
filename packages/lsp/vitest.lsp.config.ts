import { defineSuite } from "../../vitest.base.js";

export default defineSuite("lsp", { testTimeout: 60_000 });

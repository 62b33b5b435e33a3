import { createWasmDebugger } from "../../dist/index.js";
import { testPrograms } from "../contract/test-programs.js";

testPrograms(createWasmDebugger);

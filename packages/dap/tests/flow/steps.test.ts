import { createWasmDebugger } from "../../dist/index.js";
import { testSteps } from "../contract/test-steps.js";

testSteps(createWasmDebugger, "peek");

import { findWasmBuild } from "@slotscope/wasm-runtime";
import { createWasmDebugger } from "../../dist/index.js";
import { testSteps } from "../contract/test-steps.js";

testSteps(createWasmDebugger, findWasmBuild().kind === "stock" ? "peek" : "native");

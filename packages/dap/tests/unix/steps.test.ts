import { createUnixDebugger } from "../../dist/index.js";
import { executable, tier } from "../support/unix.js";
import { testSteps } from "../contract/test-steps.js";

testSteps(() => createUnixDebugger(executable), tier);

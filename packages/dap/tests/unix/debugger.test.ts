import { createUnixDebugger } from "../../dist/index.js";
import { testDebugger } from "../contract/test-debugger.js";

const executable = process.env["SLOTSCOPE_UNIX"];
if (executable === undefined) throw new Error("SLOTSCOPE_UNIX must name the unix port to test with");

testDebugger("the unix port", () => createUnixDebugger(executable), {
  interruptsRunningCode: process.env["SLOTSCOPE_UNIX_TIER"] === "native",
});

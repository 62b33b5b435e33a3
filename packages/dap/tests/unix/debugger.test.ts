import { createUnixDebugger } from "../../dist/index.js";
import { executable, tier } from "../support/unix.js";
import { testDebugger } from "../contract/test-debugger.js";

testDebugger("the unix port", () => createUnixDebugger(executable), {
  interruptsRunningCode: tier === "native",
});

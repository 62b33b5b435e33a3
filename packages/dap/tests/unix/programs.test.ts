import { createUnixDebugger } from "../../dist/index.js";
import { testPrograms } from "../contract/test-programs.js";
import { executable } from "../support/unix.js";

testPrograms(() => createUnixDebugger(executable));

import { defineUnixSuite } from "../../vitest.unix.js";

// The recorded steps are played in WebAssembly, where frames are read in the same way.
export default defineUnixSuite("peek", ["tests/unix/{debugger,programs}.test.ts"]);

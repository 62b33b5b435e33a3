// The adapter as an editor starts it, without the command line around it. When the session is over nothing may keep
// this process alive: it ends by itself.
import { createWasmDebugger, serveStdio } from "../../dist/index.js";

await serveStdio(createWasmDebugger);

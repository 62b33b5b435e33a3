// A client of the hub that leaves a board at work in the raw REPL: SOCKET ADDRESS.
import { connectHub } from "../../dist/hub/index.js";
import { RawRepl } from "../../dist/index.js";

const [socket, address] = process.argv.slice(2);
const hub = await connectHub({ socket, name: "a client to be killed" });
const repl = new RawRepl(await hub.lease(address, { purpose: "running a loop", wait: false }));
await repl.enter();
await repl.launch("print('busy')\nwhile True:\n    pass", () => process.stdout.write("ready\n"));
// Whoever starts this kills it.
setInterval(() => undefined, 60_000);

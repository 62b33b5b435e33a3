// A hub as a process of its own: SOCKET PROGRAM. A board's address is the folder in which PROGRAM, the unix port, runs.
import { serveHub } from "../../dist/hub/index.js";
import { createProcessTransport } from "../../dist/process-transport.js";

const [socket, executable] = process.argv.slice(2);
const hub = await serveHub({
  socket,
  version: "1.2.3",
  openDevice: (cwd) => createProcessTransport({ executable, cwd }),
});
process.stdout.write("serving\n");
process.once("SIGTERM", () => void hub.close());
await hub.ended;

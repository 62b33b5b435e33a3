// A hub over boards in memory, as a process of its own: SOCKET, then how long it lives without clients, in ms.
import { createMemoryTransport } from "../../dist/index.js";
import { serveHub } from "../../dist/hub/index.js";

const [socket, idleMs] = process.argv.slice(2);
try {
  const hub = await serveHub({
    socket,
    version: "1.2.3",
    idleMs: Number(idleMs),
    lingerMs: 0,
    openDevice: (address) => createMemoryTransport(address).transport,
  });
  process.stdout.write("serving\n");
  process.once("SIGTERM", () => void hub.close());
  await hub.ended;
  process.stdout.write("ended\n");
} catch (error) {
  process.stdout.write(`${error.kind}: ${error.message}\n`);
}

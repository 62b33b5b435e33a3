// A client of the hub as a process of its own, for tests that kill it: SOCKET, then what to do.
import { connectHub } from "../../dist/hub/index.js";

const [socket, what] = process.argv.slice(2);
const hub = await connectHub({ socket, name: "a client to be killed" });

if (what === "hold") await hub.lease("one", { purpose: "holding", wait: false });
if (what === "wait") {
  const queued = new Promise((resolve) => {
    hub.lease("one", { purpose: "waiting", wait: true, onWaiting: resolve }).catch(() => undefined);
  });
  await queued;
}
if (what === "host") {
  const lease = await hub.lease("one", { purpose: "debugging", wait: false });
  lease.offerGuests({ run: () => new Promise(() => undefined) });
  await hub.status();
}
if (what === "publish") await hub.publishStop({ id: "s", name: "main.py" }, { line: 3 });
if (what === "deaf") {
  await hub.lease("one", { purpose: "listening", wait: false });
}
process.stdout.write("ready\n");
// Whoever starts this kills it.
setInterval(() => undefined, 60_000);

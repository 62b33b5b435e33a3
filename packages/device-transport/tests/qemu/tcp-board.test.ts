import { afterEach } from "vitest";
import { RawRepl } from "../../dist/index.js";
import { createTcpTransport } from "../../dist/network/index.js";
import { testTransport } from "../contract/transport.js";
import { startBoardOnTcp } from "../support/qemu-board.js";

const boards: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((unplug) => unplug()));
});

testTransport(
  "a board behind a TCP port",
  async () => {
    const { port, unplug } = await startBoardOnTcp();
    boards.push(unplug);
    const transport = createTcpTransport({ host: "127.0.0.1", port });
    await transport.open();
    return {
      transport,
      async putFile(name, text) {
        const repl = new RawRepl(transport);
        await repl.enter();
        const code = `with open(${JSON.stringify(name)}, "w") as file: file.write(${JSON.stringify(text)})`;
        await repl.evaluate(`exec(${JSON.stringify(code)}, {})`);
        await repl.exit();
      },
      vanish: unplug,
    };
  },
  { has: { files: true, vanishing: true, hardReset: false }, interruptsRunningCode: true, volume: 1 << 16 },
);

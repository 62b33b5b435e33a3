import { afterEach } from "vitest";
import { RawRepl } from "../../dist/index.js";
import { createSerialTransport } from "../../dist/serial/index.js";
import { testTransport } from "../contract/transport.js";
import { startBoard } from "../support/qemu-board.js";

const boards: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((unplug) => unplug()));
});

testTransport(
  "a board on a serial port",
  async () => {
    const { path, unplug } = await startBoard();
    boards.push(unplug);
    const transport = createSerialTransport({ path });
    await transport.open();
    // QEMU looks once a second whether somebody has opened the terminal.
    await new RawRepl(transport).enter();
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
  {
    has: { files: true, vanishing: true, hardReset: false },
    interruptsRunningCode: true,
    volume: 1 << 16,
  },
);

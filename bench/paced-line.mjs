import { connect, createServer } from "node:net";

/** Bits on a serial line for a byte: start, eight of data, stop. */
const bitsPerByte = 10;

/** Bytes that may wait before the sender is held up: what Linux keeps for a serial port. */
const mostWaiting = 4096;

/** Carries bytes from one socket to the other, none before a line of that speed would have brought it. */
function carry(from, to, baudRate) {
  const waiting = [];
  let count = 0;
  let freeAt = performance.now();
  let timer;
  const deliver = () => {
    timer = undefined;
    const now = performance.now();
    while (waiting.length > 0 && waiting[0].at <= now) {
      const { bytes } = waiting.shift();
      count -= bytes.length;
      to.write(bytes);
    }
    if (count <= mostWaiting) from.resume();
    if (waiting.length > 0) timer = setTimeout(deliver, waiting[0].at - performance.now());
  };
  const take = (bytes) => {
    // In pieces, so that the first byte need not wait for the last.
    for (let start = 0; start < bytes.length; start += 16) {
      const piece = bytes.subarray(start, start + 16);
      freeAt = Math.max(freeAt, performance.now()) + (piece.length * bitsPerByte * 1000) / baudRate;
      waiting.push({ bytes: piece, at: freeAt });
    }
    count += bytes.length;
    if (count > mostWaiting) from.pause();
    timer ??= setTimeout(deliver, waiting[0].at - performance.now());
  };
  from.on("data", take);
  return () => {
    from.off("data", take);
    clearTimeout(timer);
  };
}

/**
 * Puts a serial line of `baudRate` bits per second, both ways, before a board's TCP port. Resolves to the port of this
 * computer at which the board is to be reached, by one client at a time, and to what closes it all. What the board says
 * while nobody is there is lost, as on a serial line.
 */
export async function servePacedLine(boardPort, baudRate) {
  const board = connect({ host: "127.0.0.1", port: boardPort, noDelay: true });
  board.resume();
  const server = createServer({ noDelay: true }, (client) => {
    const stops = [carry(client, board, baudRate), carry(board, client, baudRate)];
    client.on("error", () => client.destroy());
    client.on("close", () => {
      for (const stop of stops) stop();
      board.resume();
    });
  });
  server.maxConnections = 1;
  await new Promise((resolve, reject) => {
    board.once("error", reject);
    server.once("error", reject);
    board.once("connect", () => server.listen(0, "127.0.0.1", resolve));
  });
  return {
    port: server.address().port,
    close() {
      board.destroy();
      server.close();
    },
  };
}

/** A port of this computer that nobody listens at. */
export async function findFreePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

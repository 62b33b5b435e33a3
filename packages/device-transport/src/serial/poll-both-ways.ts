import type { EventEmitter } from "node:events";

/** The part of serialport's binding for Linux and macOS that waits for a port to be readable or writable. */
interface Poller extends EventEmitter {
  poll(events: number): void;
}

/** UV_READABLE and UV_WRITABLE. */
const flags = { readable: 1, writable: 2 };

function hasPoller(port: object): port is { poller: Poller } {
  return "poller" in port && typeof (port.poller as Partial<Poller> | undefined)?.poll === "function";
}

/**
 * Lets a port be waited for in both directions at once. The binding's poller forgets that somebody waits to write when
 * somebody begins waiting to read, and the other way round (`Poller::poll` in poller.cpp of @serialport/bindings-cpp
 * 13.0.0 gives `uv_poll_start` the new event alone): where each side waits for the other, as in an echo, all would stand
 * still for ever. Here it is told all that is waited for, each time. Ports of other kinds are left as they are.
 */
export function pollBothWays(port: object): void {
  if (!hasPoller(port)) return;
  const { poller } = port;
  const poll = poller.poll.bind(poller);
  let awaited = 0;
  for (const [event, flag] of Object.entries(flags)) {
    poller.on(event, () => {
      awaited &= ~flag;
    });
  }
  poller.poll = (events) => {
    awaited |= events;
    poll(awaited);
  };
}

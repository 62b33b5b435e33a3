import { type Transport, TransportError } from "@slotscope/device-transport";

/**
 * The same transport, lost to those who use it as soon as `signal` is aborted: what waits for bytes ends at once, rather
 * than at its time limit.
 */
export function cancellable(transport: Transport, signal: AbortSignal): Transport {
  const over = () => new TransportError("disconnected", `${transport.name} has been let go of`);
  return {
    name: transport.name,
    traits: transport.traits,
    open: () => transport.open(),
    async write(bytes) {
      if (signal.aborted) throw over();
      await transport.write(bytes);
    },
    close: () => transport.close(),
    ...(transport.hardReset ? { hardReset: async () => await transport.hardReset?.() } : {}),
    ...(transport.endInput ? { endInput: () => transport.endInput?.() } : {}),
    onData: (listener) => transport.onData(listener),
    onLost(listener) {
      const forget = transport.onLost(listener);
      const lose = (): void => listener(over());
      signal.addEventListener("abort", lose, { once: true });
      return () => {
        forget();
        signal.removeEventListener("abort", lose);
      };
    },
  };
}

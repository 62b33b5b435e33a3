import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentSources } from "@slotscope/agent";
import { startAgent, type StartAgentOptions, type Transport } from "@slotscope/device-transport";
import { connectHub, serveHub } from "@slotscope/device-transport/hub";
import { createProcessTransport } from "@slotscope/device-transport/process";
import { type ConnectHub, createBoardTarget } from "../../src/composition/board-target.js";
import { hostFiles } from "../../src/composition/host-files.js";
import { createDebugger } from "../../src/debugger/debugger.js";
import type { Debugger } from "../../src/debugger/types.js";
import { executable } from "./unix.js";

/** What stands between the hub and a board: the wire. */
export type Wire = (board: Transport) => Transport;

/** A hub of its own whose boards are processes of the unix port, each with an empty folder as its files. */
export class UnixBoards {
  readonly #base = mkdtempSync(join(tmpdir(), "slotscope-boards-"));
  readonly #wires = new Map<string, Wire>();
  #hub: Awaited<ReturnType<typeof serveHub>> | undefined;

  async start(): Promise<void> {
    this.#hub = await serveHub({
      socket: this.#socket,
      version: "test",
      lingerMs: 0,
      idleMs: 3_600_000,
      openDevice: (folder) => {
        const wire = this.#wires.get(folder) ?? ((board: Transport) => board);
        return wire(createProcessTransport({ executable, cwd: folder }));
      },
    });
  }

  get #socket(): string {
    return process.platform === "win32"
      ? `\\\\.\\pipe\\${this.#base.replaceAll(/\W/g, "-")}`
      : join(this.#base, "hub.sock");
  }

  readonly connect: ConnectHub = () => connectHub({ socket: this.#socket, name: "test" });

  /** A new board; gives its address. */
  add(wire: Wire): string {
    const folder = mkdtempSync(join(this.#base, "board-"));
    this.#wires.set(folder, wire);
    return folder;
  }

  /** A debugger for these boards, whose agent tells what it takes, as one on a real board does. */
  debug(options: StartAgentOptions = {}, connect = this.connect): Debugger {
    return createDebugger({
      target: {
        compilerOptions: { version: "1.26", featureLevel: "full", settrace: true },
        open: createBoardTarget(connect).open,
      },
      files: hostFiles,
      startAgent: (transport, sink) => startAgent(transport, agentSources, sink, { window: 192, ...options }),
    });
  }

  /** Clients, ports and processes that are still there. */
  async leftOpen(): Promise<string[]> {
    const hub = await this.connect();
    try {
      const { clients, devices } = await hub.status();
      const ports = devices.filter(({ state }) => state !== "closed").map(({ address }) => `port ${address}`);
      const processes = process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap");
      return [...clients.slice(1).map(({ name }) => `client ${name}`), ...ports, ...processes];
    } finally {
      await hub.close();
    }
  }

  /** Ends the hub, as if it had been stopped. */
  async stop(): Promise<void> {
    await this.#hub?.close();
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#base, { recursive: true, force: true });
  }
}

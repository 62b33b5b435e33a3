import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import {
  AgentLink,
  type AgentSink,
  startAgent,
  type Transport,
  TransportError,
} from "@slotscope/device-transport";
import type { CompilerOptions } from "@slotscope/locals-mapper";
import { createWasmTransport, findWasmBuild } from "@slotscope/wasm-runtime";
import { type AgentTier, agentCode, agentSources } from "../../src/index.js";
import { startOnBoard } from "./qemu-board.js";

/** WebAssembly runs our own build, in place of npm's. */
const isOwnWasm = findWasmBuild().kind !== "stock";

/** A target with the agent running on it. */
export interface StartedTarget {
  readonly link: AgentLink;
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Starts the agent on a new target that sees the folder as its current one. */
export type StartTarget = (
  workspace: string,
  sink: AgentSink,
  isWithoutSettrace: boolean,
) => Promise<StartedTarget>;

const startWasm: StartTarget = async (workspace, sink, isWithoutSettrace) => {
  const wasm = createRequire(import.meta.resolve("@slotscope/wasm-runtime")).resolve(
    "@micropython/micropython-webassembly-pyscript/micropython.wasm",
  );
  const transport = createWasmTransport({ workspace, ...(isWithoutSettrace && { wasm }) });
  await transport.open();
  try {
    const link = await startAgent(transport, agentSources, sink);
    return { link, transport, close: () => transport.close() };
  } catch (error) {
    await transport.close();
    throw error;
  }
};

/** MicroPython's unix port: it has no raw REPL, so the agent is loaded as a script. */
const startUnix =
  (executable: string, tier: AgentTier): StartTarget =>
  async (workspace, sink) => {
    const nonce = Math.floor(Math.random() * 2 ** 32);
    const code = agentCode(tier);
    const script = join(workspace, "load-agent.py");
    writeFileSync(script, [...code.chunks, code.start(nonce, 0)].join("\n"));
    const child = spawn(executable, [script], { cwd: workspace, stdio: ["pipe", "pipe", "pipe"] });
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
    let errors = "";
    child.stderr.on("data", (bytes: Buffer) => {
      errors += bytes.toString();
    });
    const lostListeners = new Set<(error: TransportError) => void>();
    const transport: Transport = {
      name: "unix",
      traits: { interruptsRunningCode: tier === "native", sharesFiles: true },
      open: () => Promise.resolve(),
      write: (bytes) => {
        child.stdin.write(bytes);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
      onData: () => () => undefined,
      onLost: (listener) => {
        lostListeners.add(listener);
        return () => lostListeners.delete(listener);
      },
    };
    const link = new AgentLink(transport, sink, { nonce, parts: code.parts });
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (bytes: Buffer) => link.receive(new Uint8Array(bytes)));
    child.once("close", () => {
      for (const listener of lostListeners) {
        listener(new TransportError("disconnected", `the process ended: ${errors}`));
      }
    });
    await link.whenStarted();
    return {
      link,
      transport,
      async close() {
        link.release();
        child.kill("SIGKILL");
        await gone;
      },
    };
  };

const unix = process.env["SLOTSCOPE_UNIX"];
const qemu = process.env["SLOTSCOPE_QEMU"];

const tierOfSuite = process.env["SLOTSCOPE_UNIX_TIER"] ?? process.env["SLOTSCOPE_QEMU_TIER"];

export const targetName = qemu !== undefined ? "qemu" : unix !== undefined ? "unix" : "wasm";

/** How the agent reads frames; SLOTSCOPE_UNIX_TIER and SLOTSCOPE_QEMU_TIER say it for those targets. */
export const tier: AgentTier =
  (targetName === "wasm" && isOwnWasm) || tierOfSuite === "native" ? "native" : "peek";

/** The WebAssembly target; with SLOTSCOPE_UNIX the unix port at that path, with SLOTSCOPE_QEMU that firmware in QEMU. */
export const startTarget: StartTarget =
  qemu !== undefined ? startOnBoard(qemu) : unix !== undefined ? startUnix(unix, tier) : startWasm;

const ofThePorts = { version: "1.26", featureLevel: "extra", settrace: true, crossCompiled: false } as const;

/** What the target's compiler does, as far as it changes the code. */
export const compilerOptions: CompilerOptions = {
  qemu: {
    ...ofThePorts,
    smallIntBits: 31,
    features: { docStrings: false, nativeEmitter: true, inlineAssemblers: ["thumb"] },
  } as const,
  unix: { ...ofThePorts, smallIntBits: 63 } as const,
  wasm: {
    version: isOwnWasm ? "1.26" : "1.29",
    featureLevel: "full",
    settrace: true,
    smallIntBits: 31,
    crossCompiled: false,
    features: { docStrings: true, nativeEmitter: false, inlineAssemblers: [] },
  } as const,
}[targetName];

/** Input that arrives makes the target call the agent, whatever code it runs. */
export const interruptsRunningCode = targetName === "wasm" || tier === "native";

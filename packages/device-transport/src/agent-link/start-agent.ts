import { RawRepl } from "../raw-repl.js";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { AgentError } from "./agent-error.js";
import { AgentLink, type AgentSink } from "./agent-link.js";

/** The version of the messages in messages.ts. */
export const protocolVersion = 1;

/** MicroPython code of the agent for one tier: `chunks` are run one after the other, then `start(nonce)` begins the session. */
export interface AgentCode {
  readonly chunks: readonly string[];
  start(nonce: number): string;
}

/** The agent: `probe` is MicroPython code that prints the name of the best tier that the target can take. */
export interface AgentSources {
  readonly version: string;
  readonly probe: string;
  /** The code for a tier that the probe named; undefined for any other word. */
  forTier(name: string): AgentCode | undefined;
}

export interface StartAgentOptions {
  /** An unsigned 32-bit number; chosen at random where missing. */
  readonly nonce?: number;
  /** How long the target may take to say hello once the agent is loaded, in milliseconds. */
  readonly helloMs?: number;
}

/**
 * Brings an open target into the raw REPL, loads the agent, starts it, and waits for its hello. From then on every byte
 * of the transport belongs to the link. Rejects with an `AgentError` (`unsupported`: the target can't run the agent;
 * `mismatch`: it speaks another protocol) or a `TransportError`.
 */
export async function startAgent(
  transport: Transport,
  sources: AgentSources,
  sink: AgentSink,
  options: StartAgentOptions = {},
): Promise<AgentLink> {
  const repl = new RawRepl(transport);
  await repl.enter();
  const code = sources.forTier((await repl.evaluate(sources.probe)).trim());
  if (code === undefined) {
    repl.release();
    throw new AgentError("unsupported", "the target does not say how it can be debugged");
  }
  for (const chunk of code.chunks) {
    const { error } = await repl.exec(chunk);
    if (error !== "") {
      repl.release();
      throw new AgentError("unsupported", `the agent can't be loaded: ${lastLine(error)}`);
    }
  }
  const nonce = options.nonce ?? Math.floor(Math.random() * 2 ** 32);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failed: ((error: AgentError) => void) | undefined;
  let early = "";
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  failure.catch(() => undefined);
  const link = new AgentLink(
    transport,
    {
      news: (message) => sink.news(message),
      lost: (error) => sink.lost(error),
      output(bytes) {
        if (!failed) {
          sink.output(bytes);
          return;
        }
        // Before its hello the agent writes nothing: this is what the raw REPL says of code that failed.
        early += new TextDecoder().decode(bytes);
        const [, report, prompt] = early.split("\u0004");
        if (report !== undefined && prompt !== undefined) {
          failed(new AgentError("unsupported", `the agent does not start: ${lastLine(report)}`));
        }
      },
    },
    { nonce },
  );
  try {
    await repl.launch(code.start(nonce), (bytes) => link.receive(bytes));
    const silence = new Promise<never>((_, reject) => {
      const limit = options.helloMs ?? 15_000;
      timer = setTimeout(() => reject(new TransportError("timeout", "the agent does not start")), limit);
    });
    const hello = await Promise.race([link.whenStarted(), silence, failure]);
    if (hello.protocol !== protocolVersion) {
      const versions = `version ${hello.protocol} of the protocol, not ${protocolVersion}`;
      throw new AgentError("mismatch", `the agent on the target speaks ${versions}`);
    }
    failed = undefined;
    return link;
  } catch (error) {
    link.release();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

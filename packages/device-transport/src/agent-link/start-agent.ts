import { RawRepl } from "../raw-repl.js";
import type { Transport } from "../transport.js";
import { TransportError } from "../transport-error.js";
import { AgentError } from "./agent-error.js";
import { AgentLink, type AgentSink } from "./agent-link.js";

/** The version of the messages in messages.ts. */
export const protocolVersion = 2;

/** Platforms whose input has buffers without end. On others it may be a UART's ring of some 256 bytes. */
const bufferedPlatforms: readonly string[] = ["webassembly", "linux", "darwin", "win32"];

/** Bytes that other platforms take while their program runs. */
const boardWindow = 192;

/**
 * MicroPython code of the agent for one kind of target: `chunks` are run one after the other, then `start` begins the
 * session, in which the agent asks for `parts`.
 */
export interface AgentCode {
  readonly chunks: readonly string[];
  readonly parts: Readonly<Record<string, readonly string[]>>;
  start(nonce: number, window: number): string;
}

/** The agent: `probe` is MicroPython code that prints a line by which to choose the best that the target can take. */
export interface AgentSources {
  readonly version: string;
  readonly probe: string;
  /** What to load for that line, and whether the target has it already; undefined for a line that tells nothing. */
  choose(
    line: string,
  ): { readonly code: AgentCode; readonly platform: string; readonly isLoaded: boolean } | undefined;
}

export interface StartAgentOptions {
  /** An unsigned 32-bit number; chosen at random where missing. */
  readonly nonce?: number;
  /** How long the target may take to say hello once the agent is loaded, in milliseconds. */
  readonly helloMs?: number;
  /** Told how much of the agent has been loaded, in characters. Not called where it is on the target already. */
  readonly onProgress?: (sent: number, total: number) => void;
  /** Bytes that the target takes at a time, in place of what its platform is known for. */
  readonly window?: number;
  /** As for the link: how long it may take to take a frame, and to owe an answer, in milliseconds. */
  readonly takeMs?: number;
  readonly silenceMs?: number;
}

/** How long the target may be silent while a piece of the agent is run, in milliseconds. */
const pieceMs = 15_000;

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
  const choice = sources.choose((await repl.evaluate(sources.probe)).trim());
  if (choice === undefined) {
    repl.release();
    throw new AgentError("unsupported", "the target does not say how it can be debugged");
  }
  const { code, platform, isLoaded } = choice;
  const window = options.window ?? (bufferedPlatforms.includes(platform) ? 0 : boardWindow);
  const total = code.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  let sent = 0;
  for (const chunk of isLoaded ? [] : code.chunks) {
    const { error } = await repl.exec(chunk, { silenceMs: pieceMs });
    sent += chunk.length;
    options.onProgress?.(sent, total);
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
    {
      nonce,
      window,
      parts: code.parts,
      ...(options.takeMs === undefined ? {} : { takeMs: options.takeMs }),
      ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
    },
  );
  try {
    await repl.launch(code.start(nonce, window), (bytes) => link.receive(bytes));
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

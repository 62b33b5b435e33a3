import { sources, sourcesHash } from "./sources.generated.js";

/** What gives access to a frame's slots, by what the firmware has. */
export type AgentTier = "native" | "peek";

/** MicroPython code that a raw REPL runs: `chunks` one after the other, then `start`. */
export interface AgentCode {
  readonly chunks: readonly string[];
  /** Code that begins a session; `nonce`, an unsigned 32-bit number, seeds the checks on the wire. It ends with the program. */
  start(nonce: number): string;
}

/**
 * Makes a place for the agent outside the program's globals, with a function that compiles code there under a file
 * name of the agent's, which its trace functions and tracebacks know, and gives the heap before it was loaded.
 */
const prepare = `__import__("gc").collect()
__import__("sys").modules["_slotscope_agent"] = type("agent", (), {"names": {"__name__": "_slotscope_agent", "before": __import__("gc").mem_alloc()}})
exec('''def load(source, level):
 from micropython import opt_level
 old = opt_level()
 opt_level(level)
 try:
  exec(compile(source, "/.slotscope/agent.py", "exec"), globals())
 finally:
  opt_level(old)
''', __import__("sys").modules["_slotscope_agent"].names)`;

const names = `__import__("sys").modules["_slotscope_agent"].names`;

/** The agent for a tier. */
export function agentCode(tier: AgentTier): AgentCode {
  const loads = (sources[tier] ?? []).map(([text, level]) => `${names}["load"](${text}, ${level})`);
  return { chunks: [prepare, ...loads], start: (nonce) => `${names}["session"](${nonce})` };
}

/** The agent for whatever target it meets. */
export const agentSources = {
  /** Changes with every change of the code. */
  version: sourcesHash,
  /** Code that prints the tier to use: native with firmware that holds our C module, else peek, which says itself if it can't be. */
  probe: `try:
 import _slotscope
 del _slotscope
 print("native")
except ImportError:
 print("peek")`,
  /** The code for a tier that the probe named; undefined for any other word. */
  forTier: (name: string): AgentCode | undefined =>
    name === "native" || name === "peek" ? agentCode(name) : undefined,
};

import { sources, sourcesHash } from "./sources.generated.js";

/** What gives access to a frame's slots, by what the firmware has. */
export type AgentTier = "native" | "peek";

/** How the agent is brought to a target: compiled, which takes little memory there, or as source text. */
export type AgentForm = "mpy" | "text";

/** MicroPython code that a raw REPL runs: `chunks` one after the other, then `start`. */
export interface AgentCode {
  /** What the probe prints of an agent like this that is on the target already: `chunks` are not needed then. */
  readonly version: string;
  readonly chunks: readonly string[];
  /** What the agent asks for when it needs it, by name: pieces of code for `code` messages. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /**
   * Code that runs a session, and ends with the program. `nonce`, an unsigned 32-bit number, seeds the checks on the wire;
   * `window` is how many bytes the host sends at most before the agent has taken a frame, 0 where any number may come.
   */
  start(nonce: number, window: number): string;
}

const modules = `__import__("sys").modules`;

/** Notes the heap before anything is loaded, and gives the pieces a place outside the program's globals. */
const prepare = `__import__("gc").collect()
${modules}["_slotscope_load"]={"A":{},"before":__import__("gc").mem_alloc()}`;

/** For source text: what compiles it under a file name of the agent's, which its trace functions and tracebacks know. */
const prepareText = `def load(source, level):
 from micropython import opt_level
 old = opt_level()
 opt_level(level)
 try:
  exec(compile(source, "/.slotscope/agent.py", "exec"), A)
 finally:
  opt_level(old)
import sys
A["load"] = load
sys.modules["_slotscope_agent"] = type("agent", (), {"names": A})
A["__name__"] = "_slotscope_agent"
def attach():
 def poll():
  A["poll"]()
 sys.modules["_slotscope_agent"].poll = sys.modules["_slotscope_agent"].attend = poll
attach()`;

/** Leaves what was loaded where it is found again. */
const finish = (form: AgentForm, version: string): string => `
self=${form === "mpy" ? "sys.modules['_slotscope_agent']" : "A"}
${form === "mpy" ? "self.before=before" : "self['before']=before"}
sys.modules["_slotscope_agent"].version=${JSON.stringify(version)}
sys.modules["_slotscope_kept"]=sys.modules.pop("_slotscope_agent")
sys.modules.pop("_slotscope_load")`;

/** A Python string literal. */
const literal = (text: string): string => JSON.stringify(text);

/** The agent for a tier. */
export function agentCode(tier: AgentTier, form: AgentForm = "mpy"): AgentCode {
  const { core, parts } = sources[tier][form];
  const version = `${sourcesHash}-${tier}-${form}`;
  const pieces = [...(form === "text" ? [prepareText] : []), ...core, finish(form, version)];
  const session = form === "mpy" ? "session" : `names["session"]`;
  return {
    version,
    chunks: [prepare, ...pieces.map((piece) => `exec(${literal(piece)},${modules}["_slotscope_load"])`)],
    parts,
    start: (nonce, window) =>
      `${modules}["_slotscope_agent"]=${modules}.pop("_slotscope_kept")\n${modules}["_slotscope_agent"].${session}(${nonce},${window})`,
  };
}

/** What the agent is chosen by, printed in one line: its tier, its form, the platform, and the version of one that is there. */
const probe = `exec('''import sys
try:
 import _slotscope
 t="native"
except ImportError:
 t="peek"
f="text"
if getattr(sys.implementation,"_mpy",0)&255==6:
 try:
  try:
   from vfs import mount
  except ImportError:
   from uos import mount
  from uio import IOBase
  f="mpy"
 except ImportError:
  pass
print(t,f,sys.platform,getattr(sys.modules.get("_slotscope_kept"),"version","-"))
''',{})`;

/** The agent for whatever target it meets. */
export const agentSources = {
  /** Changes with every change of the code. */
  version: sourcesHash,
  /** Code that prints one line, for `choose`. The tier is native with firmware that holds our C module, else peek, which says itself if it can't be. */
  probe,
  /** The agent for a target that printed that line; undefined for any other line. */
  choose(line: string): { code: AgentCode; platform: string; isLoaded: boolean } | undefined {
    const [tier, form, platform, version] = line.trim().split(" ");
    if ((tier !== "native" && tier !== "peek") || (form !== "mpy" && form !== "text")) return undefined;
    const code = agentCode(tier, form);
    return { code, platform: platform ?? "", isLoaded: version === code.version };
  },
};

import { DebuggerError, type ErrorName } from "./errors.js";
import type { Phase } from "./types.js";

/** What moves a session from one phase to another. */
export type PhaseInput =
  /** A launch began; target and agent start. */
  | "launch"
  /** The agent said hello. */
  | "prepared"
  /** A launch failed: nothing runs. */
  | "failed"
  | "run"
  | "stop"
  | "resume"
  /** The program is over, was ended, or its target is lost. */
  | "end";

const moves: Readonly<Record<PhaseInput, Partial<Record<Phase, Phase>>>> = {
  launch: { idle: "starting", ended: "starting" },
  prepared: { starting: "ready" },
  failed: { starting: "idle" },
  run: { ready: "running" },
  // A stop met while another is being handled is the target's to order; it never sends two without a resume.
  stop: { running: "stopped" },
  resume: { stopped: "running" },
  end: { starting: "ended", ready: "ended", running: "ended", stopped: "ended" },
};

/** The phase that `input` leads to, undefined where it can't happen in this phase. */
export function nextPhase(phase: Phase, input: PhaseInput): Phase | undefined {
  return moves[input][phase];
}

const refusals: Readonly<Record<Phase, readonly [ErrorName, string]>> = {
  idle: ["notLaunched", "No program has been launched. Launch one first."],
  starting: ["notStopped", "The target is still starting. Wait until the program runs."],
  ready: ["notStopped", "The program has not begun yet. It starts when the configuration is done."],
  running: ["notStopped", "The program is running. Pause it, or wait for a breakpoint."],
  stopped: ["alreadyLaunched", "The program is stopped here already."],
  ended: ["ended", "The program is over. Restart it to go on."],
};

/** Throws, in the user's terms, unless the session is in one of these phases. */
export function requirePhase(phase: Phase, ...allowed: readonly Phase[]): void {
  if (allowed.includes(phase)) return;
  const [kind, message] = refusals[phase];
  throw new DebuggerError(kind, message);
}

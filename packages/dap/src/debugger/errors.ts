import { AgentError, TransportError } from "@slotscope/device-transport";

/** Stable ids of everything the debugger refuses or fails at; part of the public API, never reused. */
export const errorIds = {
  notStopped: 1001,
  alreadyLaunched: 1002,
  notLaunched: 1003,
  stale: 1004,
  noSuchFrame: 1005,
  ended: 1006,
  badLaunch: 1101,
  programMissing: 1102,
  programOutside: 1103,
  attachUnsupported: 1104,
  badArguments: 1105,
  unknownRequest: 1106,
  expressionInvalid: 1201,
  evaluationFailed: 1202,
  notAssignable: 1203,
  unnamedFrame: 1204,
  hitConditionInvalid: 1205,
  sourceMissing: 1301,
  disconnected: 2001,
  timeout: 2002,
  busy: 2003,
  denied: 2004,
  protocol: 2005,
  agentVersion: 2101,
  debuggingUnsupported: 2102,
  internal: 9001,
} as const;

export type ErrorName = keyof typeof errorIds;

/** The one error the core rejects with: its message is for the user, complete with why and what to do. */
export class DebuggerError extends Error {
  override readonly name = "DebuggerError";
  readonly id: number;

  constructor(
    readonly kind: ErrorName,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
    this.id = errorIds[kind];
  }
}

const transportAdvice: Record<TransportError["kind"], string> = {
  disconnected: "Start the program again; if it happens again, look at the output for the reason.",
  timeout: "Restart the program. If it waits in code that can't be interrupted, end it first.",
  busy: "Close the other program that uses this target, then try again.",
  denied: "Check that you may use this target, then try again.",
  protocol: "Restart the program; if it happens again, please report it with the output.",
};

/** Maps whatever failed below to what a user reads. A DebuggerError passes unchanged. */
export function explainError(error: unknown): DebuggerError {
  if (error instanceof DebuggerError) return error;
  if (error instanceof TransportError) {
    const message = sentence(error.message);
    const text = saysWhatToDo(message) ? message : `${message} ${transportAdvice[error.kind]}`;
    return new DebuggerError(error.kind, text, { cause: error });
  }
  if (error instanceof AgentError) {
    switch (error.kind) {
      case "mismatch":
        return new DebuggerError(
          "agentVersion",
          `${sentence(error.message)} Reset the target and start again, so that the matching agent is loaded.`,
          { cause: error },
        );
      case "unsupported":
        return new DebuggerError("debuggingUnsupported", sentence(error.message), { cause: error });
      case "device-exception":
        return new DebuggerError("evaluationFailed", error.message, { cause: error });
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  return new DebuggerError("internal", `Slotscope failed: ${sentence(message)} This is a bug in Slotscope.`, {
    cause: error,
  });
}

/** Transports that know more of the cause than its kind add what to do: in a second sentence, or behind a semicolon. */
function saysWhatToDo(message: string): boolean {
  return /[.;] \S/.test(message);
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

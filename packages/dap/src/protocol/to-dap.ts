import type { DebugProtocol } from "@vscode/debugprotocol";
import { explainError } from "../debugger/errors.js";
import type { Breakpoint, Completion, Frame, StopSnapshot, Variable } from "../debugger/types.js";
import { unboundText } from "../debugger/values.js";
import { firstColumn, toClientLine, toClientPath } from "./paths.js";
import type { SessionState } from "./session-state.js";

/** MicroPython's targets run one thread that can be debugged. */
export const mainThread: DebugProtocol.Thread = { id: 1, name: "main" };

export function toBreakpoint(breakpoint: Breakpoint, state: SessionState): DebugProtocol.Breakpoint {
  return {
    id: breakpoint.id,
    verified: breakpoint.verified,
    line: toClientLine(breakpoint.line, state.client),
    source: fileSource(breakpoint.path, state),
    ...(breakpoint.message === undefined ? {} : { message: breakpoint.message }),
  };
}

export function fileSource(path: string, state: SessionState): DebugProtocol.Source {
  return { name: baseName(path), path: toClientPath(path, state.client) };
}

function frameSource(frame: Frame, state: SessionState): DebugProtocol.Source {
  if (frame.path !== undefined) {
    const source = fileSource(frame.path, state);
    return frame.origin === "user"
      ? source
      : { ...source, presentationHint: "deemphasize", origin: frame.origin };
  }
  return {
    name: frame.targetPath,
    sourceReference: state.sourceReference(frame.targetPath),
    presentationHint: "deemphasize",
    origin: "firmware",
  };
}

export function toStackFrame(frame: Frame, state: SessionState): DebugProtocol.StackFrame {
  return {
    id: state.frames.create(frame),
    name: frame.name,
    source: frameSource(frame, state),
    line: toClientLine(frame.line, state.client),
    column: firstColumn(state.client),
    presentationHint: frame.origin === "user" ? "normal" : "subtle",
  };
}

/** The scopes of a frame. Module code has no slots: its locals are its globals. */
export function toScopes(frame: Frame, state: SessionState): DebugProtocol.Scope[] {
  const container = (kind: "locals" | "free" | "globals") =>
    state.containers.create({ content: { kind, frame: frame.index }, shown: new Map() });
  const globals = { name: "Globals", variablesReference: container("globals"), expensive: !frame.isModule };
  if (frame.isModule) return [globals];
  const locals: DebugProtocol.Scope = {
    name: frame.unnamed === undefined ? "Locals" : "Locals (names unknown)",
    presentationHint: "locals",
    variablesReference: container("locals"),
    namedVariables: frame.locals.length + (frame.unnamed === undefined ? 0 : 1),
    expensive: false,
  };
  const free = frame.freeVariables.length > 0;
  return [
    locals,
    ...(free
      ? [
          {
            name: "Free variables",
            variablesReference: container("free"),
            namedVariables: frame.freeVariables.length,
            expensive: false,
          },
        ]
      : []),
    globals,
  ];
}

/** The line that stands among the locals of a frame whose slots have no names. */
export function unnamedReason(reason: string): DebugProtocol.Variable {
  return {
    name: "names unknown",
    value: reason,
    variablesReference: 0,
    presentationHint: { kind: "virtual", attributes: ["readOnly"] },
  };
}

export function toVariable(variable: Variable, state: SessionState): DebugProtocol.Variable {
  const { evaluateName } = variable;
  return {
    name: variable.name,
    ...toValue(variable, state),
    ...(evaluateName === undefined ? {} : { evaluateName }),
    presentationHint: {
      kind: variable.kind === "slot" ? "virtual" : variable.kind === "attribute" ? "property" : "data",
      attributes: variable.assign ? [] : ["readOnly"],
    },
  };
}

/** The parts that variables, evaluations and assignments have in common. */
export function toValue(variable: Variable, state: SessionState) {
  const { children } = variable;
  const type = typeText(variable);
  return {
    value: valueText(variable),
    ...(type === undefined || !state.client.supportsVariableType ? {} : { type }),
    variablesReference: children
      ? state.containers.create({ content: { kind: "children", children }, shown: new Map() })
      : 0,
    ...(children && children.indexed > 0 ? { indexedVariables: children.indexed } : {}),
    // How many locals a generator has is known only when they are asked for.
    ...(children && children.named > 0 && children.type !== "generator"
      ? { namedVariables: children.named }
      : {}),
  };
}

function valueText({ value }: Variable): string {
  if (value.kind === "value") return value.text;
  if (value.kind === "unavailable") return `<unavailable: ${value.reason}>`;
  return value.kind === "unbound" ? unboundText : "<not read>";
}

/** The type, and for a local the slot that it lives in: `int (slot 2)`. */
function typeText({ value, slot }: Variable): string | undefined {
  const type = value.kind === "value" ? value.type : undefined;
  if (slot === undefined) return type;
  return type === undefined ? `slot ${slot}` : `${type} (slot ${slot})`;
}

const stopTexts: Record<StopSnapshot["reason"], readonly [reason: string, description: string]> = {
  breakpoint: ["breakpoint", "Paused on breakpoint"],
  "breakpoint()": ["breakpoint", "Paused on breakpoint()"],
  step: ["step", "Paused after step"],
  pause: ["pause", "Paused"],
  entry: ["entry", "Paused on entry"],
  exception: ["exception", "Paused on exception"],
};

export function toStopped(snapshot: StopSnapshot): DebugProtocol.StoppedEvent["body"] {
  const [reason, description] = stopTexts[snapshot.reason];
  const { exception } = snapshot;
  return {
    reason,
    description,
    threadId: mainThread.id,
    allThreadsStopped: true,
    ...(exception ? { text: exceptionText(exception) } : {}),
    ...(snapshot.breakpoints.length > 0
      ? { hitBreakpointIds: snapshot.breakpoints.map(({ id }) => id) }
      : {}),
  };
}

export function toExceptionInfo({
  exception,
}: StopSnapshot): DebugProtocol.ExceptionInfoResponse["body"] | undefined {
  if (!exception) return undefined;
  return {
    exceptionId: exception.type,
    description: exceptionText(exception),
    breakMode: exception.caught ? "always" : "unhandled",
    details: { message: exception.message, typeName: exception.type, stackTrace: exception.traceback },
  };
}

function exceptionText({ type, message }: { readonly type: string; readonly message: string }): string {
  return message === "" ? type : `${type}: ${message}`;
}

export function toCompletion({ label, kind, start, length }: Completion): DebugProtocol.CompletionItem {
  return { label, start, length, type: kind === "attribute" ? "property" : kind };
}

/** The error response's body: a stable id, and the text that the client shows. */
export function toErrorMessage(error: unknown): DebugProtocol.Message {
  const { id, message } = explainError(error);
  // Braces would be taken for variables of the format.
  return { id, format: "{_text}", variables: { _text: message }, showUser: true };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

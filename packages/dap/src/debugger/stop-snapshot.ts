import type { ExceptionReport, FrameReport, SlotReport, StoppedMessage } from "@slotscope/device-transport";
import type { BreakpointTable } from "./breakpoint-table.js";
import type { CodeRegistry, PlannedSlot } from "./code-registry.js";
import type { ExceptionDetails, Frame, StopSnapshot, Variable } from "./types.js";
import { makeGlobal, makeSlotVariable, type ReadAt } from "./values.js";

/** Joins what the target reported of a stop with the names that the host knows. */
export function buildSnapshot(
  message: StoppedMessage,
  stop: number,
  codes: CodeRegistry,
  breakpoints: BreakpointTable,
): StopSnapshot {
  const frames = message.frames.map((report, index) => buildFrame(report, index, stop, codes));
  const innermost = frames[0];
  if (innermost && message.globals) {
    const globals = message.globals.map((report) => makeGlobal(report, { stop, frame: 0 }));
    frames[0] = { ...innermost, globals };
  }
  return {
    stop,
    reason: message.reason,
    breakpoints: message.ids.map((id) => breakpoints.find(id)).filter((found) => found !== undefined),
    frames,
    depth: Math.max(message.depth, frames.length),
    ...(message.exception
      ? { exception: liveException(message.exception, message.caught !== false, frames) }
      : {}),
    ...(message.notice === undefined ? {} : { notice: message.notice }),
  };
}

/** A frame with its slots named as far as its code is recognised. */
export function buildFrame(report: FrameReport, index: number, stop: number, codes: CodeRegistry): Frame {
  const [key, line, , slots] = report;
  const code = codes.find(key);
  const name = code?.name ?? "?";
  const at: ReadAt = { stop, frame: index };
  const isModule = code?.scope ? code.scope.kind === "module" : name === "<module>";
  return {
    index,
    name,
    ...(code?.path === undefined ? {} : { path: code.path }),
    targetPath: code?.targetPath ?? "?",
    origin: code?.origin ?? "firmware",
    line,
    code: key,
    ...(code ? {} : { unnamed: "The target has not told what code this is." }),
    ...(code?.unnamed === undefined || isModule ? {} : { unnamed: code.unnamed }),
    changed: code?.changed ?? false,
    isModule,
    ...splitVariables(slots, code?.slots ?? [], at),
  };
}

/** The same frame with these slots read anew. */
export function withSlots(
  frame: Frame,
  reports: readonly SlotReport[],
  stop: number,
  codes: CodeRegistry,
): Frame {
  const planned = codes.find(frame.code)?.slots ?? [];
  return { ...frame, ...splitVariables(reports, planned, { stop, frame: frame.index }) };
}

function splitVariables(reports: readonly SlotReport[], planned: readonly PlannedSlot[], at: ReadAt) {
  const plan = new Map(planned.map(({ slot, named }) => [slot, named]));
  const locals: Variable[] = [];
  const freeVariables: Variable[] = [];
  for (const report of [...reports].sort((a, b) => a[0] - b[0])) {
    if (!plan.has(report[0])) continue;
    const variable = makeSlotVariable(report, at, plan.get(report[0]));
    (variable.kind === "free" ? freeVariables : locals).push(variable);
  }
  return { locals, freeVariables };
}

/** An exception whose frames are still alive: it carries no traceback yet, but they tell the same. */
function liveException(report: ExceptionReport, caught: boolean, frames: readonly Frame[]): ExceptionDetails {
  const described = describeException(report, caught);
  if (described.traceback.startsWith("Traceback")) return described;
  const lines = [...frames]
    .reverse()
    .map(({ targetPath, line, name }) => `  File "${targetPath}", line ${line}, in ${name}\n`);
  return {
    ...described,
    traceback: `Traceback (most recent call last):\n${lines.join("")}${described.traceback}`,
  };
}

export function describeException(
  [type, message, traceback]: ExceptionReport,
  caught: boolean,
): ExceptionDetails {
  return { type, message, traceback, caught };
}

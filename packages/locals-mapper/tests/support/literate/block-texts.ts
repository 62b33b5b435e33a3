import type { DebugMap, ScopeMap } from "../../../src/index.js";
import type { CompileError } from "./stock-compiler.js";
import type { FrameMemory, TraceEvent } from "./trace-program.js";

/** How scopes are called on a page: `f`, `f.<listcomp>`, `C.method`, and `f.<lambda>#2` for the second of a name. */
function headingsOf(debugMap: DebugMap): Map<ScopeMap, string> {
  const headings = new Map<ScopeMap, string>();
  const taken = new Map<string, number>();
  for (const scope of debugMap.scopes) {
    const parent = debugMap.scopes[scope.parent];
    const prefix = parent === undefined || parent.kind === "module" ? "" : `${headings.get(parent) ?? ""}.`;
    const plain = prefix + scope.name;
    const count = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, count);
    headings.set(scope, count === 1 ? plain : `${plain}#${count}`);
  }
  return headings;
}

/** Headings a block has already: it stays with these scopes when it is written anew. None: all scopes. */
export function headingsIn(text: string): Set<string> {
  return new Set([...text.matchAll(/^(\S+?)(?::|, line \d+)/gm)].map(([, heading = ""]) => heading));
}

/** The slots of all functions, and of those classes that have any. */
export function slotsText(debugMap: DebugMap): string {
  const headings = headingsOf(debugMap);
  return debugMap.scopes
    .filter(({ kind, slots }) => kind !== "module" && (kind !== "class" || slots.length > 0))
    .map((scope) => {
      const rows = scope.slots.map((slot) => [slot?.name ?? "?", kindText(scope, slot?.slot ?? -1)] as const);
      return [headings.get(scope), ...tableOf(rows)].join("\n") + (rows.length === 0 ? "\n  no slots" : "");
    })
    .join("\n");
}

function kindText(scope: ScopeMap, number: number): string {
  const slot = scope.slots[number];
  if (slot === undefined) return "?";
  if (slot.kind !== "parameter") return slot.kind;
  const flag = scope.ids.find(({ name }) => name === slot.name)?.flag.split(":")[0] ?? "";
  return `${flag.replace("p", "")}parameter${slot.isCell ? ", cell" : ""}`;
}

function tableOf(rows: readonly (readonly [name: string, text: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const digits = String(rows.length - 1).length;
  return rows.map(([name, text], i) => `  ${String(i).padStart(digits)} ${name.padEnd(width)}  ${text}`);
}

/** Lines that own bytecode, a scope a line. */
export function linesText(debugMap: DebugMap, wanted: ReadonlySet<string>): string {
  return [...headingsOf(debugMap)]
    .filter(([, heading]) => wanted.size === 0 || wanted.has(heading))
    .map(([scope, heading]) => `${heading}: ${scope.lines.join(" ")}`.trimEnd())
    .join("\n");
}

/** Trace events, a scope a line; events of one kind that follow each other share their name. */
export function eventsText(
  debugMap: DebugMap,
  events: readonly TraceEvent[],
  wanted: ReadonlySet<string>,
): string {
  const headings = headingsOf(debugMap);
  const rows = new Map<string, string>();
  const last = new Map<string, string>();
  for (const { scope, event, line } of events) {
    const heading = headings.get(scope) ?? "?";
    if (wanted.size === 0 ? scope.kind === "module" : !wanted.has(heading)) continue;
    const row = rows.get(heading);
    let text = `${event} ${line}`;
    if (row !== undefined) text = last.get(heading) === event ? `${row} ${line}` : `${row}, ${text}`;
    rows.set(heading, text);
    last.set(heading, event);
  }
  return [...rows].map(([heading, text]) => `${heading}: ${text}`).join("\n");
}

export function memoryText(debugMap: DebugMap, memories: readonly FrameMemory[]): string {
  const headings = headingsOf(debugMap);
  return memories
    .map(({ scope, line, values }) => {
      const rows = values.map((value, i) => [scope.slots[i]?.name ?? "?", value] as const);
      return [`${headings.get(scope) ?? "?"}, line ${line}`, ...tableOf(rows)].join("\n");
    })
    .join("\n");
}

export function problemText({ type, message, line }: CompileError): string {
  return `${type}: ${message} (${line < 0 ? "no line" : `line ${line}`})`;
}

import type { Frame, ProgramEnd, StopSnapshot } from "@slotscope/dap";
import { DebuggerError } from "@slotscope/dap";
import { printable } from "../terminal/printable.js";
import type { Style } from "../terminal/style.js";
import type { DebugShell } from "./shell.js";
import { describeValue, describeVariables, isData } from "./show-variables.js";
import { describeLines } from "./source-window.js";
import type { UserBreakpoint } from "./user-breakpoints.js";

/** Lines of source shown before and after the current one. */
const context = 2;
/** Variables shown at a stop; `locals` shows all. */
const most = 20;

/** Says why and where the program stopped, and shows the source there, the locals, and the displayed expressions. */
export async function showStop(shell: DebugShell): Promise<void> {
  const { snapshot } = shell;
  const hit = await shell.breakpoints.hit(snapshot);
  const frame = await shell.frame();
  const why = describeReason(snapshot, hit, shell.screen.style);
  shell.screen.say(`${why}${describePlace(frame, shell)}`);
  await showSource(frame, shell);
  showLocals(frame, shell);
  await showDisplays(shell);
}

/** Shows a frame that the user has selected. */
export async function showFrame(shell: DebugShell): Promise<void> {
  const frame = await shell.frame();
  shell.screen.say(`Frame ${frame.index}: ${describePlace(frame, shell)}`);
  await showSource(frame, shell);
  showLocals(frame, shell);
}

function describePlace(frame: Frame, { sources, screen }: DebugShell): string {
  const file = frame.path === undefined ? frame.targetPath : sources.name(frame.path);
  return `${screen.style.bold(printable(frame.name))} at ${printable(file)}:${frame.line}`;
}

function describeReason(snapshot: StopSnapshot, hit: readonly UserBreakpoint[], style: Style): string {
  const { exception } = snapshot;
  switch (snapshot.reason) {
    case "breakpoint":
      return hit.length > 0 ? `Breakpoint ${hit.map(({ number }) => number).join(", ")}: ` : "Breakpoint: ";
    case "exception": {
      const kind = exception?.caught === false ? "Uncaught" : "Raised";
      const text = exception ? `${exception.type}: ${printable(exception.message)}` : "exception";
      return `${kind} ${style.red(text)}\nin `;
    }
    case "entry":
      return "Start: ";
    case "pause":
      return "Paused: ";
    case "breakpoint()":
      return "breakpoint(): ";
    default:
      return "";
  }
}

async function showSource(frame: Frame, { sources, breakpoints, screen }: DebugShell): Promise<void> {
  const lines = frame.path === undefined ? undefined : await sources.lines(frame.path);
  if (!lines) {
    screen.say(screen.style.dim("  (its source is not on this computer)"));
    return;
  }
  if (frame.changed)
    screen.say(screen.style.yellow("  (edited after the program loaded it: lines may be off)"));
  const marks = { current: frame.line, breakpoints: breakpoints.lines(frame.path) };
  screen.say(...describeLines(lines, frame.line - context, frame.line + context, marks, screen.style));
}

/** Shows the named locals that are bound, with their slots, and in one line those that are not; of module code its data. */
function showLocals(frame: Frame, { screen }: DebugShell): void {
  const variables = frame.isModule
    ? (frame.globals ?? []).filter(isData)
    : [...frame.locals, ...frame.freeVariables];
  const bound = variables.filter(({ value }) => value.kind !== "unbound");
  const shown = bound.slice(0, most);
  if (shown.length > 0) screen.say(...describeVariables(shown, screen.style, screen.columns));
  if (shown.length < bound.length) {
    const command = frame.isModule ? "globals" : "locals";
    screen.say(screen.style.dim(`  and ${bound.length - shown.length} more: \`${command}\``));
  }
  const unbound = variables.filter(({ value }) => value.kind === "unbound");
  if (unbound.length > 0) {
    const names = unbound.map(
      ({ name, slot }) => `${printable(name)}${slot === undefined ? "" : ` (slot ${slot})`}`,
    );
    screen.say(screen.style.dim(`  not bound here: ${names.join(", ")}`));
  }
  if (frame.unnamed !== undefined) screen.say(screen.style.dim(`  (no names: ${frame.unnamed})`));
}

/** Shows the expressions that the user wants to see at every stop; one that fails shows why. */
export async function showDisplays({ displays, session, screen, selected }: DebugShell): Promise<void> {
  for (const [number, expression] of displays) {
    let text: string;
    try {
      const { value } = await session.evaluate(expression, selected, "inspect");
      text = value ? describeValue(value.value, screen.style) : "";
    } catch (error) {
      if (!(error instanceof DebuggerError)) throw error;
      text = screen.style.dim(`(${printable(error.message)})`);
    }
    screen.say(`  ${screen.style.dim(`${number}:`)} ${screen.style.cyan(expression)} = ${text}`);
  }
}

/** How the program ended. The traceback of an exception is the program's own output and is not repeated. */
export function describeEnd({ how, status, exception }: ProgramEnd, style: Style): string[] {
  switch (how) {
    case "returned":
      return ["The program ended."];
    case "exit":
      return [`The program ended by sys.exit, with status ${status}.`];
    case "exception":
      return [
        `The program ended with an uncaught ${style.red(exception ? exception.type : "exception")}, status ${status}.`,
      ];
    case "terminated":
      return ["The program was ended."];
    default:
      return ["The program is gone: its target was lost."];
  }
}

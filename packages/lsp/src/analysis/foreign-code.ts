import type { ScopeMap } from "@slotscope/locals-mapper";
import type { DocumentAnalysis } from "./document-analysis.js";

/** Decorators whose functions hold instructions in the guise of calls: of inline assemblers, and of the RP2's PIO. */
const assemblers = /^\s*@\s*(?:micropython\s*\.\s*asm_\w+|(?:\w+\s*\.\s*)?asm_pio)\b/m;

/**
 * The innermost function around an offset whose body is no Python, though it looks so: `asm` where names are instructions,
 * registers and labels, `viper` where the names of machine types are known to the compiler alone.
 */
export function foreignCodeAt(analysis: DocumentAnalysis, offset: number): "asm" | "viper" | undefined {
  const around = analysis.scopes.filter(
    ({ kind, start, end }) => kind === "function" && start <= offset && offset < end,
  );
  for (const scope of around.toReversed()) {
    if (assemblers.test(decoratorsOf(analysis, scope))) return "asm";
    if (scope.emit === "viper") return "viper";
  }
  return undefined;
}

/** The text of a function's decorators; empty if it has none. */
function decoratorsOf({ text }: DocumentAnalysis, { line, defLine, start }: ScopeMap): string {
  let from = start;
  for (let lines = line - defLine; lines > 0 && from > 0; lines--) from = lineBefore(text, from);
  return text.slice(text.lastIndexOf("\n", from - 1) + 1, start);
}

/** An offset in the line before that of an offset. */
function lineBefore(text: string, offset: number): number {
  return Math.max(0, text.lastIndexOf("\n", offset - 1));
}

/** Whether an offset is that of the name `micropython` in a decorator, which the compiler takes as it stands. */
export function isEmitterName({ text }: DocumentAnalysis, offset: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^\s*@\s*$/.test(line) && text.startsWith("micropython", offset);
}

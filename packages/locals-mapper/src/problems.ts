/** The exception MicroPython itself would raise for a problem found while compiling. */
export type ProblemType =
  | "SyntaxError"
  | "IndentationError"
  | "NotImplementedError"
  | "OverflowError"
  | "ValueError"
  | "TypeError"
  | "ViperTypeError"
  | "RuntimeError";

/** Which part of the compiler finds it: the tokeniser, the parser (with constant folding), or the compiler proper. */
export type ProblemPhase = "lex" | "parse" | "compile";

/**
 * One thing wrong with a source text. The first problem of a text is MicroPython's own: same exception type,
 * message and line. Later ones come from going on after it, for an editor's benefit.
 */
export interface Problem {
  /** MicroPython's message, for example `invalid syntax`. */
  readonly message: string;
  /** The line MicroPython's traceback names, counted from 1; -1 if the exception carries no traceback. */
  readonly line: number;
  readonly type: ProblemType;
  readonly phase: ProblemPhase;
  /** Path of the scope being compiled (`<module>/2:f`); absent for the phases before there are scopes. */
  readonly scope?: string;
  /** UTF-16 offset of the first character an editor should mark. */
  readonly start: number;
  /** UTF-16 offset after the last one; greater than `start` unless the text is empty there. */
  readonly end: number;
}

/** The nearest extent that has a character in a text of the given length, unless that is empty. */
export function markedExtent(start: number, end: number, length: number): { start: number; end: number } {
  const from = Math.max(0, Math.min(start, length - 1));
  return { start: from, end: Math.min(Math.max(from + 1, end), length) };
}

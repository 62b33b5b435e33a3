import type { Diagnostic } from "vscode-languageserver";
import { foreignCodeAt, isEmitterName } from "../analysis/foreign-code.js";
import { missingModule } from "../analysis/missing-modules.js";
import type { OpenDocument } from "./open-document.js";
import { toDiagnostic } from "./convert.js";

/** Rules of ruff that say the same as a rule of basedpyright; undefined where basedpyright says it without a rule. */
const sameAsPython: Readonly<Record<string, string | undefined>> = {
  F401: "reportUnusedImport",
  F811: "reportRedeclaration",
  F821: "reportUndefinedVariable",
  F841: "reportUnusedVariable",
  B018: "reportUnusedExpression",
};

/** Names that the compiler itself knows in viper functions (py/compile.c, 1.26.1), which no stub declares. */
const viperNames = /"(ptr|ptr8|ptr16|ptr32|uint|int|bool|object)"/;

/** A generator can be awaited in MicroPython: its coroutines are generators (py/objgenerator.c, 1.26.1). */
const awaitedGenerator = /"Generator\[[^"]*" is not awaitable/;

/** All that is to be said of a document, each thing once: MicroPython's own errors, ruff's, and basedpyright's. */
export function mergeDiagnostics(document: OpenDocument): Diagnostic[] {
  if (!document.isProgram) return [...document.pythonDiagnostics];
  const missing = new Set(
    document.lint.filter(({ code }) => code === missingModule).map(({ start }) => start),
  );
  const python = document.pythonDiagnostics.filter(
    (each) =>
      agreesWithCompiler(document, each) &&
      !(each.code === "reportMissingImports" && missing.has(document.text.offsetAt(each.range.start))),
  );
  const said = new Set(python.map(({ range, code }) => `${range.start.line} ${String(code)}`));
  const lint = document.lint.flatMap((finding) => {
    const diagnostic = toDiagnostic(document.text, finding);
    return said.has(`${diagnostic.range.start.line} ${sameAsPython[finding.code]}`) ? [] : [diagnostic];
  });
  const exact = document.analysis.findings.map((finding) => toDiagnostic(document.text, finding));
  return [...exact, ...lint, ...python];
}

/**
 * Whether a diagnostic of basedpyright may stand beside what the exact compiler says. Its errors without a rule are about
 * syntax, on which the compiler has the last word; in assembler functions it takes instructions for calls.
 */
function agreesWithCompiler(
  { analysis, text }: OpenDocument,
  { range, severity, code, message }: Diagnostic,
): boolean {
  if (severity === 1 && code === undefined) return false;
  const offset = text.offsetAt(range.start);
  const foreign = foreignCodeAt(analysis, offset);
  if (foreign === "asm") return false;
  const words = typeof message === "string" ? message : message.value;
  if (code === "reportGeneralTypeIssues") return !awaitedGenerator.test(words);
  if (code !== "reportUndefinedVariable") return true;
  return !(foreign === "viper" && viperNames.test(words)) && !isEmitterName(analysis, offset);
}

import type { CodeAction, CodeActionParams, Command } from "vscode-languageserver";
import { CodeActionKind } from "../protocol/library.js";
import { toDiagnostic, toExtent, toRange } from "../protocol/convert.js";
import { askPython } from "./ask-python.js";
import type { Handler } from "./handler.js";

/** Fixes for what we and ruff found in a range, then basedpyright's actions. */
export const codeAction: Handler<CodeActionParams, (CodeAction | Command)[]> = async (
  params,
  session,
  token,
) => {
  const { uri } = params.textDocument;
  const { analysis, text, lint } = session.document(uri);
  const { start, end } = toExtent(text, params.range);
  const wantsFixes = params.context.only?.every((kind) => !isWithin(CodeActionKind.QuickFix, kind)) !== true;
  // What was found before the last edit has moved, but its fix has not.
  const found = lint.some(({ source }) => source === "ruff")
    ? session.services.ruff.lint(text.getText(), uri)
    : [];
  const own = [...analysis.findings, ...found].flatMap((finding) => {
    if (finding.fix === undefined || finding.end < start || finding.start > end || !wantsFixes) return [];
    const edits = finding.fix.edits.map((edit) => ({ range: toRange(text, edit), newText: edit.text }));
    return [
      {
        title: finding.fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [toDiagnostic(text, finding)],
        edit: { changes: { [uri]: edits } },
      },
    ];
  });
  const python = await askPython(session, "textDocument/codeAction", params, token);
  return [...own, ...((python ?? []) as (CodeAction | Command)[])];
};

/** Whether a kind of action is one of a wanted kind: `quickfix` is within `quickfix` and the empty kind. */
function isWithin(kind: string, wanted: string): boolean {
  return wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`);
}

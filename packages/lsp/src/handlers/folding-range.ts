import type { FoldingRange, FoldingRangeParams } from "vscode-languageserver";
import { foldableLines } from "../analysis/foldable-lines.js";
import type { Handler } from "./handler.js";

/** What can be folded, ours alone: basedpyright has none. */
export const foldingRange: Handler<FoldingRangeParams, FoldingRange[]> = (
  { textDocument: { uri } },
  session,
) =>
  foldableLines(session.document(uri).text.getText()).map(({ start, end, kind }) => ({
    startLine: start,
    endLine: end,
    ...(kind === undefined ? {} : { kind }),
  }));

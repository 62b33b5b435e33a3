import type { SelectionRange, SelectionRangeParams } from "vscode-languageserver";
import { toRange } from "../protocol/convert.js";
import type { Handler } from "./handler.js";

/** The syntax around each position, from the innermost out, ours alone: basedpyright has none. */
export const selectionRange: Handler<SelectionRangeParams, SelectionRange[]> = (
  { textDocument: { uri }, positions },
  session,
) => {
  const { analysis, text } = session.document(uri);
  return positions.map((position) => {
    let selection: SelectionRange | undefined;
    const whole = { start: 0, end: text.getText().length };
    for (const extent of [whole, ...analysis.extentsAt(text.offsetAt(position)).toReversed()]) {
      const range = toRange(text, extent);
      selection = selection === undefined ? { range } : { range, parent: selection };
    }
    return selection ?? { range: { start: position, end: position } };
  });
};

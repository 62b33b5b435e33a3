import type { InlayHint, InlayHintParams } from "vscode-languageserver";
import { InlayHintKind } from "../protocol/library.js";
import { slotHints } from "../analysis/slot-hints.js";
import { toExtent } from "../protocol/convert.js";
import { askPython } from "./ask-python.js";
import type { Handler } from "./handler.js";

/** basedpyright's hints, then the slots of names if they are to be shown. */
export const inlayHint: Handler<InlayHintParams, InlayHint[]> = async (params, session, token) => {
  const { uri } = params.textDocument;
  const { analysis, text, isProgram } = session.document(uri);
  const { start, end } = toExtent(text, params.range);
  const own = isProgram && session.showsHints("hints.slots", uri) ? slotHints(analysis, start, end) : [];
  const hints = own.map(
    ({ offset, label }): InlayHint => ({
      position: text.positionAt(offset),
      label,
      kind: InlayHintKind.Type,
      paddingLeft: true,
    }),
  );
  const python = (await askPython(session, "textDocument/inlayHint", params, token)) as InlayHint[] | null;
  return [...(python ?? []), ...hints];
};

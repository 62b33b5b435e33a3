import type { DocumentFormattingParams, TextEdit } from "vscode-languageserver";
import { LSPErrorCodes, ResponseError } from "../protocol/library.js";
import { changesBetween } from "../analysis/changes-between.js";
import { toRange } from "../protocol/convert.js";
import type { Handler } from "./handler.js";

/** Formats by ruff, with the project's configuration. */
export const formatting: Handler<DocumentFormattingParams, TextEdit[]> = (
  { textDocument: { uri } },
  session,
) => {
  const { text } = session.document(uri);
  const before = text.getText();
  const formatted = session.services.ruff.format(before, uri);
  if ("problem" in formatted) throw new ResponseError(LSPErrorCodes.RequestFailed, formatted.problem);
  return changesBetween(before, formatted.text).map((change) => ({
    range: toRange(text, change),
    newText: change.text,
  }));
};

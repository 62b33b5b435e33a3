import type { CodeLens, CodeLensParams } from "vscode-languageserver";
import { frameHints } from "../analysis/slot-hints.js";
import { toggleSlotHints } from "../protocol/capabilities.js";
import type { Handler } from "./handler.js";

/** What a frame takes, above each function, if that is to be shown. */
export const codeLens: Handler<CodeLensParams, CodeLens[]> = ({ textDocument: { uri } }, session) => {
  const { analysis, text, isProgram } = session.document(uri);
  if (!isProgram || !session.showsHints("hints.frames", uri)) return [];
  return frameHints(analysis).map(({ offset, label }) => {
    const position = text.positionAt(offset);
    return {
      range: { start: position, end: position },
      command: { title: label, command: toggleSlotHints },
    };
  });
};

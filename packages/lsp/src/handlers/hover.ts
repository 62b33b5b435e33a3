import type { Hover, HoverParams } from "vscode-languageserver";
import { MarkupKind } from "../protocol/library.js";
import { describeNameAt } from "../analysis/describe-name.js";
import { toRange } from "../protocol/convert.js";
import { mergeHover, withoutMarkdown } from "../protocol/merge-hover.js";
import { askPython } from "./ask-python.js";
import type { Handler } from "./handler.js";

/** basedpyright's hover, with what the compiler made of the name below it. */
export const hover: Handler<HoverParams, Hover | null> = async (params, session, token) => {
  const { analysis, text, isProgram } = session.document(params.textDocument.uri);
  // Asked before ours is worked out, so that both are at work.
  const asked = askPython(session, "textDocument/hover", params, token);
  const described = isProgram ? describeNameAt(analysis, text.offsetAt(params.position)) : undefined;
  const own = described && { range: toRange(text, described), markdown: described.markdown };
  const python = (await asked) as Hover | null;
  const merged = mergeHover(python, own);
  const formats = session.capabilities.textDocument?.hover?.contentFormat ?? [MarkupKind.Markdown];
  return merged === null || formats.includes(MarkupKind.Markdown) ? merged : withoutMarkdown(merged);
};

import type { SemanticTokens, SemanticTokensParams } from "vscode-languageserver";
import { markedNames } from "../analysis/marked-names.js";
import { tokensToUtf8 } from "../protocol/position-encoding.js";
import { legend, mergeTokens } from "../protocol/semantic-tokens.js";
import { askPython } from "./ask-python.js";
import type { Handler } from "./handler.js";

/** basedpyright's tokens, each name of the program marked as local, cell, free or global. */
export const semanticTokens: Handler<SemanticTokensParams, SemanticTokens> = async (
  params,
  session,
  token,
) => {
  const { uri } = params.textDocument;
  const { analysis, text, isProgram } = session.document(uri);
  // Asked before ours are worked out, so that both are at work.
  const asked = askPython(session, "textDocument/semanticTokens/full", params, token);
  const marks = isProgram ? markedNames(analysis) : [];
  const answer = await asked;
  const { data } = (answer ?? { data: [] }) as SemanticTokens;
  const theirs = session.python?.initialized?.capabilities.semanticTokensProvider?.legend ?? legend;
  const merged = mergeTokens(text, { data, legend: theirs }, marks);
  const isUtf8 = session.negotiated.encoding === "utf-8";
  return { data: isUtf8 ? tokensToUtf8(merged, uri, session.readLine) : merged };
};

import type { SemanticTokensLegend } from "vscode-languageserver";
import { type MarkedName, nameMarks } from "../analysis/marked-names.js";
import type { TextDocument } from "vscode-languageserver-textdocument";

/** Types and modifiers of basedpyright 1.40.1, then our marks as modifiers. */
export const legend = {
  tokenTypes: [
    "namespace",
    "type",
    "class",
    "enum",
    "typeParameter",
    "parameter",
    "variable",
    "property",
    "enumMember",
    "function",
    "method",
    "keyword",
    "decorator",
    "selfParameter",
    "clsParameter",
  ],
  tokenModifiers: [
    "declaration",
    "definition",
    "readonly",
    "static",
    "async",
    "defaultLibrary",
    "builtin",
    "classMember",
    "parameter",
    ...nameMarks,
  ],
} satisfies SemanticTokensLegend;

/** A token: a stretch of one line. `modifiers` are bits by the legend's order. */
interface Token {
  readonly line: number;
  readonly character: number;
  readonly length: number;
  readonly type: number;
  readonly modifiers: number;
}

/** Tokens of basedpyright with its legend, or none, and our marks on the same names; what only we know is added. */
export function mergeTokens(
  document: TextDocument,
  python: { readonly data: readonly number[]; readonly legend: SemanticTokensLegend } | undefined,
  marks: readonly MarkedName[],
): number[] {
  const tokens = (python ? decodeTokens(python.data) : []).flatMap(
    (token) => translate(token, python?.legend ?? legend) ?? [],
  );
  const merged: Token[] = [];
  let at = 0;
  for (const { start, end, mark, isParameter } of marks) {
    const { line, character } = document.positionAt(start);
    const bit = markBits[mark];
    let next = tokens[at];
    while (next !== undefined && isBefore(next, line, character)) {
      merged.push(next);
      at += 1;
      next = tokens[at];
    }
    const length = end - start;
    if (next === undefined || next.line !== line || next.character !== character) {
      const type = isParameter ? parameterType : variableType;
      merged.push({ line, character, length, type, modifiers: bit });
    } else {
      merged.push(next.length === length ? { ...next, modifiers: next.modifiers | bit } : next);
      at += 1;
    }
  }
  return encodeTokens([...merged, ...tokens.slice(at)]);
}

const markBits = Object.fromEntries(
  nameMarks.map((mark) => [mark, 1 << legend.tokenModifiers.indexOf(mark)]),
) as Record<MarkedName["mark"], number>;
const parameterType = legend.tokenTypes.indexOf("parameter");
const variableType = legend.tokenTypes.indexOf("variable");

function isBefore(token: Token, line: number, character: number): boolean {
  return token.line < line || (token.line === line && token.character < character);
}

/** A token by our legend; undefined if its type isn't in it. */
function translate(token: Token, theirs: SemanticTokensLegend): Token | undefined {
  const type = legend.tokenTypes.indexOf(theirs.tokenTypes[token.type] ?? "");
  if (type < 0) return undefined;
  let modifiers = 0;
  for (let bit = 0; token.modifiers >> bit !== 0; bit++) {
    if (!(token.modifiers & (1 << bit))) continue;
    const at = legend.tokenModifiers.indexOf(theirs.tokenModifiers[bit] ?? "");
    if (at >= 0) modifiers |= 1 << at;
  }
  return { ...token, type, modifiers };
}

/** Five numbers a token, each place relative to the one before (LSP 3.18, `SemanticTokens.data`). */
export function decodeTokens(data: readonly number[]): Token[] {
  const tokens: Token[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i + 4 < data.length; i += 5) {
    const deltaLine = data[i] ?? 0;
    const deltaCharacter = data[i + 1] ?? 0;
    character = deltaLine === 0 ? character + deltaCharacter : deltaCharacter;
    line += deltaLine;
    tokens.push({
      line,
      character,
      length: data[i + 2] ?? 0,
      type: data[i + 3] ?? 0,
      modifiers: data[i + 4] ?? 0,
    });
  }
  return tokens;
}

/** The inverse of `decodeTokens`; the tokens must rise. */
export function encodeTokens(tokens: readonly Token[]): number[] {
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const token of tokens) {
    const deltaLine = token.line - line;
    data.push(deltaLine, deltaLine === 0 ? token.character - character : token.character);
    data.push(token.length, token.type, token.modifiers);
    ({ line, character } = token);
  }
  return data;
}

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
  const tokens = new Map<string, Token>();
  for (const token of python ? decodeTokens(python.data) : []) {
    const known = translate(token, python?.legend ?? legend);
    if (known) tokens.set(placeOf(known), known);
  }
  for (const { start, end, mark, isParameter } of marks) {
    const { line, character } = document.positionAt(start);
    const bit = 1 << legend.tokenModifiers.indexOf(mark);
    const before = tokens.get(placeOf({ line, character }));
    if (before !== undefined) {
      if (before.length === end - start)
        tokens.set(placeOf(before), { ...before, modifiers: before.modifiers | bit });
      continue;
    }
    const type = legend.tokenTypes.indexOf(isParameter ? "parameter" : "variable");
    tokens.set(placeOf({ line, character }), { line, character, length: end - start, type, modifiers: bit });
  }
  return encodeTokens([...tokens.values()].sort((a, b) => a.line - b.line || a.character - b.character));
}

function placeOf({ line, character }: Pick<Token, "line" | "character">): string {
  return `${line}:${character}`;
}

/** A token by our legend; undefined if its type isn't in it. */
function translate(token: Token, theirs: SemanticTokensLegend): Token | undefined {
  const type = legend.tokenTypes.indexOf(theirs.tokenTypes[token.type] ?? "");
  if (type < 0) return undefined;
  let modifiers = 0;
  theirs.tokenModifiers.forEach((name, i) => {
    const at = legend.tokenModifiers.indexOf(name);
    if (at >= 0 && token.modifiers & (1 << i)) modifiers |= 1 << at;
  });
  return { ...token, type, modifiers };
}

/** Five numbers a token, each place relative to the one before (LSP 3.18, `SemanticTokens.data`). */
export function decodeTokens(data: readonly number[]): Token[] {
  const tokens: Token[] = [];
  let line = 0;
  let character = 0;
  for (let i = 0; i + 4 < data.length; i += 5) {
    const [deltaLine = 0, deltaCharacter = 0, length = 0, type = 0, modifiers = 0] = data.slice(i, i + 5);
    character = deltaLine === 0 ? character + deltaCharacter : deltaCharacter;
    line += deltaLine;
    tokens.push({ line, character, length, type, modifiers });
  }
  return tokens;
}

/** The inverse of `decodeTokens`; the tokens must rise. */
export function encodeTokens(tokens: readonly Token[]): number[] {
  let before = { line: 0, character: 0 };
  return tokens.flatMap((token) => {
    const deltaLine = token.line - before.line;
    const deltaCharacter = deltaLine === 0 ? token.character - before.character : token.character;
    before = token;
    return [deltaLine, deltaCharacter, token.length, token.type, token.modifiers];
  });
}

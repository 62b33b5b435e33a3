import type { InitializeParams } from "vscode-languageserver";
import { decodeTokens, encodeTokens } from "./semantic-tokens.js";

/** How a client counts characters in a line. Everything behind the border counts in UTF-16. */
export type PositionEncoding = "utf-16" | "utf-8";

/** UTF-16 unless a client offers UTF-8 only, which then must be all it knows (LSP 3.18, `positionEncodings`). */
export function choosePositionEncoding({ capabilities }: InitializeParams): PositionEncoding {
  const offered = capabilities.general?.positionEncodings ?? ["utf-16"];
  return offered.includes("utf-16") || !offered.includes("utf-8") ? "utf-16" : "utf-8";
}

/** Gives a line of a document without its line break, undefined if it has none such or can't be read. */
export type ReadLine = (uri: string, line: number) => string | undefined;

type ConvertCharacter = (line: string, character: number) => number;

/** Converts all positions in what a client sent, of which no document is known but those it names. */
export function fromUtf8<Value>(value: Value, readLine: ReadLine): Value {
  return walk(value, "", readLine, utf16Of) as Value;
}

/** Converts all positions in what is sent to a client; those in no named document are in the one of `uri`. */
export function toUtf8<Value>(value: Value, uri: string, readLine: ReadLine): Value {
  return walk(value, uri, readLine, utf8Of) as Value;
}

/** UTF-16 units up to a UTF-8 offset in a line; an offset inside a character counts as before it. */
function utf16Of(line: string, bytes: number): number {
  let at = 0;
  let units = 0;
  for (const character of line) {
    at += utf8Length(character.codePointAt(0) ?? 0);
    if (at > bytes) return units;
    units += character.length;
  }
  return units;
}

/** UTF-8 bytes up to a UTF-16 offset in a line. */
function utf8Of(line: string, units: number): number {
  let at = 0;
  let bytes = 0;
  for (const character of line) {
    if (at >= units) break;
    at += character.length;
    bytes += utf8Length(character.codePointAt(0) ?? 0);
  }
  return bytes;
}

/** Converts the tokens of a document. */
export function tokensToUtf8(data: readonly number[], uri: string, readLine: ReadLine): number[] {
  return encodeTokens(
    decodeTokens(data).map((token) => {
      const line = readLine(uri, token.line) ?? "";
      const character = utf8Of(line, token.character);
      return { ...token, character, length: utf8Of(line, token.character + token.length) - character };
    }),
  );
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Copies a value with all `{ line, character }` in it converted. What has a URI of its own decides for what is in it. */
function walk(value: unknown, uri: string, readLine: ReadLine, convert: ConvertCharacter): unknown {
  if (Array.isArray(value)) return value.map((each) => walk(each, uri, readLine, convert));
  if (!isRecord(value)) return value;
  const { line, character } = value;
  if (typeof line === "number" && typeof character === "number") {
    const text = readLine(uri, line);
    return text === undefined ? value : { ...value, character: convert(text, character) };
  }
  const own = uriOf(value) ?? uri;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key === "data") return [key, each];
      if (key === "changes" && isRecord(each) && !Array.isArray(each)) {
        // A workspace edit: edits by document.
        const edits = Object.entries(each).map(([of, list]) => [of, walk(list, of, readLine, convert)]);
        return [key, Object.fromEntries(edits)];
      }
      // A link goes from a range in the document asked about to ranges in another.
      if (key === "originSelectionRange") return [key, walk(each, uri, readLine, convert)];
      return [key, walk(each, own, readLine, convert)];
    }),
  );
}

/** The document that the ranges directly in an object are of. */
function uriOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const { uri, targetUri, textDocument, from, item, data } = value;
  if (typeof uri === "string") return uri;
  if (typeof targetUri === "string") return targetUri;
  for (const each of [textDocument, from, item, data]) {
    if (isRecord(each) && typeof each["uri"] === "string") return each["uri"];
  }
  return undefined;
}

import * as fc from "fast-check";
import {
  characters,
  expressions,
  oddExpressions,
  oddOpenings,
  oddStatements,
  openings,
  statements,
} from "./source-pieces.js";

const anyExpressions = [...expressions, ...oddExpressions];
const anyStatements = [...statements, ...oddStatements];
const anyOpenings = [...openings, ...oddOpenings];

/** Something done to a program. Positions are any whole numbers: they wrap around at the end of what they count. */
interface Mutation {
  readonly kind: keyof typeof mutators;
  /** Where in the text. */
  readonly at: number;
  /** Another place, or how much. */
  readonly other: number;
  /** Which of the pieces to put in. */
  readonly piece: number;
}

const tokenPattern =
  /[rbfut]{0,2}(?:'''|"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|[A-Za-z_]\w*|\d[\w.]*|\*\*=?|\/\/=?|<<=?|>>=?|->|:=|[!=<>+\-*/%&|^@]=|\s+|./gsu;

function split(text: string): string[] {
  return text.match(tokenPattern) ?? [];
}

function wrap<T>(items: readonly T[], at: number): T | undefined {
  return items[at % Math.max(1, items.length)];
}

/** Keywords, and names the compiler treats in a way of their own. */
const lastingWords = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield __debug__ " +
    "const range super micropython __class__ OrderedDict"
  ).split(" "),
);

function hashOf(text: string): number {
  return Array.from(text).reduce((hash, unit) => (hash * 31 + (unit.codePointAt(0) ?? 0)) & 0xffff, 0);
}

function isWord(token: string | undefined): boolean {
  return token !== undefined && /^\w/u.test(token);
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

function indent(line: string, columns: number): string {
  if (line.trim() === "") return line;
  return columns >= 0 ? " ".repeat(columns) + line : line.slice(Math.min(-columns, indentOf(line)));
}

/** A line and all those after it that are deeper, as start and end. */
function blockAt(lines: readonly string[], at: number): [start: number, end: number] {
  const start = at % Math.max(1, lines.length);
  const depth = indentOf(lines[start] ?? "");
  let end = start + 1;
  while (end < lines.length && ((lines[end] ?? "").trim() === "" || indentOf(lines[end] ?? "") > depth)) {
    end += 1;
  }
  return [start, end];
}

/** A block of the text, moved so that it starts at the given depth. */
function takeBlock(lines: readonly string[], at: number, depth: number): string[] {
  const [start, end] = blockAt(lines, at);
  const by = depth - indentOf(lines[start] ?? "");
  return lines.slice(start, end).map((line) => indent(line, by));
}

type Mutator = (text: string, mutation: Mutation) => string;

function onTokens(change: (tokens: string[], mutation: Mutation) => void): Mutator {
  return (text, mutation) => {
    const tokens = split(text);
    change(tokens, mutation);
    return tokens.join("");
  };
}

function onLines(change: (lines: string[], at: number, mutation: Mutation) => void): Mutator {
  return (text, mutation) => {
    const lines = text.split("\n");
    change(lines, mutation.at % lines.length, mutation);
    return lines.join("\n");
  };
}

const mutators = {
  removeCharacters(text: string, { at, other }: Mutation) {
    const start = at % (text.length + 1);
    return text.slice(0, start) + text.slice(start + 1 + (other % 4));
  },
  insertCharacter(text: string, { at, piece }: Mutation) {
    const start = at % (text.length + 1);
    return text.slice(0, start) + wrap(characters, piece) + text.slice(start);
  },
  replaceCharacter(text: string, { at, piece }: Mutation) {
    const start = at % (text.length + 1);
    return text.slice(0, start) + wrap(characters, piece) + text.slice(start + 1);
  },
  removeToken: onTokens((tokens, { at }) => {
    tokens.splice(at % (tokens.length + 1), 1);
  }),
  repeatToken: onTokens((tokens, { at }) => {
    tokens.splice(at % (tokens.length + 1), 0, wrap(tokens, at) ?? "");
  }),
  exchangeTokens: onTokens((tokens, { at, other }) => {
    const [a, b] = [at % Math.max(1, tokens.length), other % Math.max(1, tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b] ?? "", tokens[a] ?? ""];
  }),
  renameWord: onTokens((tokens, { at, other }) => {
    const words = tokens.flatMap((token, index) => (isWord(token) ? [index] : []));
    const [a, b] = [wrap(words, at), wrap(words, other)];
    if (a !== undefined && b !== undefined) tokens[a] = tokens[b] ?? "";
  }),
  renameAllToFew: onTokens((tokens, { other }) => {
    const few = ["x", "y", "z", "w", "_x", "self"].slice(0, 1 + (other % 6));
    tokens.forEach((token, index) => {
      if (/^[A-Za-z_]\w*$/.test(token) && !lastingWords.has(token)) {
        tokens[index] = wrap(few, hashOf(token) + other) ?? token;
      }
    });
  }),
  replaceWithExpression: onTokens((tokens, { at, piece }) => {
    const words = tokens.flatMap((token, index) => (isWord(token) ? [index] : []));
    const index = wrap(words, at);
    if (index !== undefined) tokens[index] = wrap(anyExpressions, piece) ?? "";
  }),
  replaceWithExpressionInParentheses: onTokens((tokens, { at, piece }) => {
    const words = tokens.flatMap((token, index) => (isWord(token) ? [index] : []));
    const index = wrap(words, at);
    if (index !== undefined) tokens[index] = `(${wrap(anyExpressions, piece) ?? ""})`;
  }),
  insertExpression: onTokens((tokens, { at, piece }) => {
    tokens.splice(at % (tokens.length + 1), 0, wrap(anyExpressions, piece) ?? "");
  }),
  removeLine: onLines((lines, at) => {
    lines.splice(at, 1);
  }),
  repeatLine: onLines((lines, at) => {
    lines.splice(at, 0, lines[at] ?? "");
  }),
  moveLine: onLines((lines, at, { other }) => {
    const [line] = lines.splice(at, 1);
    lines.splice(other % (lines.length + 1), 0, line ?? "");
  }),
  indentLine: onLines((lines, at, { other }) => {
    lines[at] = indent(lines[at] ?? "", (other % 9) - 4);
  }),
  joinLines: onLines((lines, at, { other }) => {
    lines.splice(at, 2, lines.slice(at, at + 2).join(wrap(["", " ", "; ", "\\"], other)));
  }),
  breakLine: onLines((lines, at, { other }) => {
    const line = lines[at] ?? "";
    const column = other % (line.length + 1);
    lines.splice(at, 1, line.slice(0, column), line.slice(column));
  }),
  insertStatement: onLines((lines, at, { piece }) => {
    const depth = indentOf(lines[at] ?? "");
    const inserted = (wrap(anyStatements, piece) ?? "").split("\n");
    lines.splice(at, 0, ...inserted.map((line) => indent(line, depth)));
  }),
  removeBlock: onLines((lines, at) => {
    const [start, end] = blockAt(lines, at);
    lines.splice(start, end - start);
  }),
  copyBlock: onLines((lines, at, { other }) => {
    lines.splice(at, 0, ...takeBlock(lines, other, indentOf(lines[at] ?? "")));
  }),
  moveBlock: onLines((lines, at, { other }) => {
    const [start, end] = blockAt(lines, at);
    const block = lines.splice(start, end - start);
    const to = other % (lines.length + 1);
    const by = indentOf(lines[to] ?? "") - indentOf(block[0] ?? "");
    lines.splice(to, 0, ...block.map((line) => indent(line, by)));
  }),
  indentBlock: onLines((lines, at, { other }) => {
    const [start, end] = blockAt(lines, at);
    for (let i = start; i < end; i++) lines[i] = indent(lines[i] ?? "", (other % 9) - 4);
  }),
  wrapBlock: onLines((lines, at, { piece }) => {
    const [start, end] = blockAt(lines, at);
    const depth = indentOf(lines[start] ?? "");
    const block = lines.slice(start, end).map((line) => indent(line, 1));
    const opening = (wrap(anyOpenings, piece) ?? "").split("\n").map((line) => indent(line, depth));
    lines.splice(start, end - start, ...opening, ...block);
  }),
} satisfies Record<string, Mutator>;

const anyNumber = fc.nat({ max: 0xfffff });

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...(Object.keys(mutators) as (keyof typeof mutators)[])),
  at: anyNumber,
  other: anyNumber,
  piece: anyNumber,
});

function mutate(text: string, mutations: readonly Mutation[]): string {
  return mutations.reduce((changed, each) => mutators[each.kind](changed, each), text);
}

/** Some whole statements of one of the texts. */
function excerptOf(texts: readonly string[]): fc.Arbitrary<string> {
  const place = fc.record({
    text: fc.nat({ max: texts.length - 1 }),
    from: anyNumber,
    count: fc.integer({ min: 1, max: 40 }),
  });
  return place.map(({ text, from, count }) => {
    const lines = (texts[text] ?? "").split("\n");
    const starts = lines.flatMap((line, index) => (/^[\w@"'([{]/.test(line) ? [index] : []));
    const first = starts.length <= count ? 0 : from % starts.length;
    return `${lines.slice(starts[first], starts[first + count]).join("\n")}\n`;
  });
}

/** A block of one text put into another at some line. */
function spliced(text: string, other: string, at: number, from: number): string {
  const lines = text.split("\n");
  const to = at % (lines.length + 1);
  lines.splice(to, 0, ...takeBlock(other.split("\n"), from, indentOf(lines[to] ?? "")));
  return lines.join("\n");
}

/** A line and what is indented below it, or several such; `tail` is another clause of the same statement. */
interface Outline {
  readonly head: string;
  readonly body: readonly Outline[];
  readonly tail: string;
}

function layOut(outline: Outline, depth: number): string[] {
  const { head, body, tail } = outline;
  const lines = [...head.split("\n"), ...body.flatMap((each) => layOut(each, depth + 1))];
  if (body.length === 0) return lines.map((line) => indent(line, depth));
  const [first = "", ...rest] = lines;
  const closing = tail === "" ? [] : [indent(tail, depth), indent("pass", depth + 1)];
  return [indent(first, depth), ...rest, ...closing];
}

const wholeStatements = [...statements, ...expressions.map((expression) => `x = ${expression}`)];

const { block } = fc.letrec<{ block: Outline[]; compound: Outline }>((tie) => ({
  block: fc.array(
    fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      {
        weight: 3,
        arbitrary: fc.constantFrom(...wholeStatements).map((head) => ({ head, body: [], tail: "" })),
      },
      { weight: 2, arbitrary: tie("compound") },
    ),
    { minLength: 1, maxLength: 4 },
  ),
  compound: fc
    .tuple(
      fc.constantFrom(...openings),
      tie("block"),
      fc.constantFrom("", "else:", "finally:", "except x as y:"),
    )
    .map(([head, body, tail]) => {
      if (tail === "finally:" || tail === "except x as y:") return { head: "try:", body, tail };
      return { head, body, tail: /^(if|while|for|async for)/.test(head) ? tail : "" };
    }),
}));

/** Programs of the pieces above alone, nested in each other: few names that mean many things. */
const composedProgram = fc
  .tuple(fc.constantFrom("async def f(x):", "def f(x, *y):", "class A:", ""), block)
  .map(([head, body]) => {
    const lines = head === "" ? body.flatMap((each) => layOut(each, 0)) : layOut({ head, body, tail: "" }, 0);
    return `${lines.join("\n")}\n`;
  });

/**
 * Programs made of the given ones: parts of them, two grown together, characters, tokens, lines and blocks changed.
 * Lone surrogates, which no UTF-8 file can hold, don't occur.
 */
export function mutatedProgram(texts: readonly string[]): fc.Arbitrary<string> {
  const excerpt = excerptOf(texts);
  const base = fc.oneof(
    { weight: 4, arbitrary: excerpt },
    { weight: 2, arbitrary: composedProgram },
    {
      weight: 1,
      arbitrary: fc.tuple(excerpt, excerpt, anyNumber, anyNumber).map((parts) => spliced(...parts)),
    },
  );
  return fc
    .tuple(base, fc.array(mutation, { maxLength: 3 }))
    .map(([text, mutations]) => mutate(text, mutations).replace(/\p{Surrogate}/gu, "?"));
}

/** Versions of a program, each made of the one before by one such change; the first is whole. */
export function programVersions(texts: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 8 }))
    .map(([text, mutations]) => {
      const versions = [text];
      for (const each of mutations) versions.push(mutate(versions.at(-1) ?? "", [each]));
      return versions;
    });
}

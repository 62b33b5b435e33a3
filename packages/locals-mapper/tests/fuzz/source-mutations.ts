import * as fc from "fast-check";

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

const expressions = [
  "x",
  "None",
  "__debug__",
  "...",
  "1.5",
  "1e400",
  "0x3fffffff",
  "-0x40000000",
  "1 << 70",
  "-3 // 2",
  "7 % -3",
  "2 ** -1",
  "()",
  "(1, 2, 3)",
  "(1, 'a', b'b')",
  "'0123456789'",
  "'01234567890'",
  "'abc' 'def'",
  "b'\\x00\\xff'",
  "'\\u20ac\\x80'",
  "f'{x}'",
  "f'{x!r:>{w}}' 'y'",
  "f'''{\nx}'''",
  "t'{x}'",
  "const(3)",
  "not x",
  "x and 0",
  "1 or x",
  "x if y else z",
  "x < y <= z",
  "x is not y",
  "x not in y",
  "*x",
  "**x",
  "*x, y",
  "x := 1",
  "(x := y)",
  "y := i for i in z",
  "lambda: x",
  "lambda x, *y, z=1, **w: x",
  "[i for i in x]",
  "[[y for y in i] for i in x if i]",
  "{i: j for i, j in x}",
  "{i for i in x}",
  "(i for i in x)",
  "{}",
  "{1: 2, **x}",
  "{x, y}",
  "x[1:2, ::y]",
  "x[:]",
  "x.y.z(1)",
  "x(*y, z, w=1, **v)",
  "x(i for i in y)",
  "super().x",
  "super()",
  "range(3)",
  "range(x, 0, -1)",
  "range(x, 10, y)",
  "yield",
  "yield x",
  "yield from x",
  "await x",
  "math.pi",
  "errno.EIO",
  "isinstance(x, y)",
  "OrderedDict({1: 2})",
  "print(x)",
];

const statements = [
  "pass",
  "break",
  "continue",
  "return",
  "return x",
  "return x if y else z",
  "return *x, y",
  "raise",
  "raise x from y",
  "global x",
  "nonlocal x",
  "del x",
  "del (x, y.z, w[0])",
  "assert x, y",
  "import x.y.z",
  "import x.y as z",
  "from x import y as z, w",
  "from . import x",
  "from .x import *",
  "from x import (y,\n z)",
  "x: int",
  "x: int = 1",
  "x.y: z = 1",
  "x = y = z",
  "x, y = y, x",
  "x, y, z = z, x, y",
  "x, *y = z",
  "[x, (y, z)] = w",
  "x += 1",
  "x.y **= z",
  "x[y] @= z",
  "X = const(5)",
  "_X = const((1, 'x'))",
  "X: int = const(7)",
  "'a string of its own'",
  "@x",
  "@micropython.native",
  "@x.y(z)",
  "def x(y, z=1, *w, v, u=2, **t): pass",
  "def x(): return lambda: x",
  "def x(y: int, *, z) -> int: pass",
  "async def x(): await y",
  "class x: pass",
  "class x(y, z=w): v = 1",
  "if x: pass",
  "if 0: x",
  "elif x: pass",
  "else: pass",
  "while x: pass",
  "while 1: break",
  "for x in y: pass",
  "for x, y in z: pass",
  "for x in range(y): continue",
  "async for x in y: pass",
  "with x as y, z: pass",
  "async with x: pass",
  "try: x",
  "try:",
  "except: pass",
  "except x as y: pass",
  "finally: pass",
  "x; y; z",
  "# a comment",
  "\\",
];

/** Openings of blocks that are put around others. */
const openings = [
  "if x:",
  "if 1:",
  "if 0:",
  "while x:",
  "while 1:",
  "for x in y:",
  "for x in range(y):",
  "with x as y:",
  "try:",
  "else:",
  "finally:",
  "except x as y:",
  "def x(y):",
  "def x(*y, z, **w):",
  "async def x():",
  "async with x as y:",
  "async for x in y:",
  "class x:",
  "@micropython.viper\ndef x():",
];

/** What may stand for, or next to, a character. */
const characters = Array.from("()[]{}:;,.=@#\\~!%*+-<>|&^ \t\n\r\f'\"0159aexbf_é€\u{1f600}\0\u00a0");

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
    if (index !== undefined) tokens[index] = wrap(expressions, piece) ?? "";
  }),
  replaceWithExpressionInParentheses: onTokens((tokens, { at, piece }) => {
    const words = tokens.flatMap((token, index) => (isWord(token) ? [index] : []));
    const index = wrap(words, at);
    if (index !== undefined) tokens[index] = `(${wrap(expressions, piece) ?? ""})`;
  }),
  insertExpression: onTokens((tokens, { at, piece }) => {
    tokens.splice(at % (tokens.length + 1), 0, wrap(expressions, piece) ?? "");
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
    lines.splice(at, 0, indent(wrap(statements, piece) ?? "", depth));
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
    const opening = (wrap(openings, piece) ?? "").split("\n").map((line) => indent(line, depth));
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

/** Pieces that are good statements in most places. */
const wholeStatements = [...statements, ...expressions.map((expression) => `x = ${expression}`)].filter(
  (piece) =>
    !/^(el|ex|fin|try:$|@|\\|break|cont|glob|nonl|from \.|return \*|x = \*|x = .*:= [1i])/.test(piece),
);

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
      fc.constantFrom(...openings.filter((opening) => !/^(el|ex|fin|try|@)/.test(opening))),
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

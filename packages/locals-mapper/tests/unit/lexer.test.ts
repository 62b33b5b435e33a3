import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/characters.js";
import { Lexer } from "../../src/lexer.js";
import { type CompilerOptions, resolveOptions } from "../../src/options.js";
import { Token } from "../../src/tree.js";

const tokenNames = new Map<number, string>(Object.entries(Token).map(([name, token]) => [token, name]));

interface Seen {
  readonly kind: string;
  readonly line: number;
  readonly text: string;
  readonly value: string;
}

function tokensOf(source: string, options: CompilerOptions = {}): Seen[] {
  const lexer = new Lexer(source, resolveOptions(options));
  const seen: Seen[] = [];
  lexer.begin();
  for (let count = 0; count < 1000; count++) {
    const kind = tokenNames.get(lexer.kind)!;
    const text = source.slice(lexer.start, lexer.end);
    let value = text;
    if (kind === "Name") value = lexer.names.names[lexer.name]!;
    else if (kind === "String" || kind === "Bytes") value = lexer.stringValue;
    else if (kind === "Integer" || kind === "FloatOrImag") value = lexer.digits || String(lexer.integer);
    seen.push({ kind, line: lexer.tokenLine, text, value });
    if (lexer.kind === Token.End) return seen;
    lexer.next();
  }
  throw new Error("the lexer never came to an end");
}

function firstToken(source: string, options: CompilerOptions = {}): Seen {
  const [token] = tokensOf(source, options);
  if (token === undefined) throw new Error("there is no token");
  return token;
}

function kindsOf(source: string, options: CompilerOptions = {}): string {
  return tokensOf(source, options)
    .map(({ kind, line }) => `${kind}@${line}`)
    .join(" ");
}

function stringOf(source: string, options: CompilerOptions = {}): string {
  const { kind, value } = firstToken(source, options);
  return `${kind} ${JSON.stringify(value)}`;
}

const symbols: Record<string, string> = {
  ParenOpen: "(",
  ParenClose: ")",
  Comma: ",",
  Period: ".",
  Invalid: "?",
};

/** What MicroPython reads instead of a text that is one f-string or t-string. */
function injected(source: string, options: CompilerOptions = {}): string {
  return tokensOf(source, options)
    .filter(({ kind }) => kind !== "Newline" && kind !== "End")
    .map(({ kind, value }) =>
      kind === "String" ? JSON.stringify(value) : kind === "Name" ? value : (symbols[kind] ?? kind),
    )
    .join(" ");
}

describe("newlines and indentation", () => {
  test("a newline token carries the line it ends, and blank lines give none", () => {
    expect(kindsOf("a\n\n# note\n\nb\n")).toBe("Name@1 Newline@1 Name@5 Newline@5 End@6");
  });

  test("before 1.22 a newline token carries the line of what follows", () => {
    expect(kindsOf("a\n\nb\n", { version: "1.21" })).toBe("Name@1 Newline@3 Name@3 Newline@4 End@4");
  });

  test("a text without a final newline gets one", () => {
    expect(kindsOf("a")).toBe("Name@1 Newline@1 End@2");
    expect(kindsOf("")).toBe("Newline@1 End@2");
  });

  test("leading blank lines give one newline token", () => {
    expect(kindsOf("\n\n# note\na\n")).toBe("Newline@1 Name@4 Newline@4 End@5");
  });

  test("indents and dedents follow the newline", () => {
    expect(kindsOf("if a:\n  b\n    # note\nc\n")).toBe(
      "If@1 Name@1 Colon@1 Newline@1 Indent@2 Name@2 Newline@2 Dedent@4 Name@4 Newline@4 End@5",
    );
  });

  test("all open blocks end with the text", () => {
    expect(kindsOf("if a:\n if b:\n  c")).toMatch(/Newline@3 Dedent@4 Dedent@4 End@4$/);
  });

  test("a tab goes to the next multiple of eight columns", () => {
    expect(kindsOf("if a:\n\tb\n        c\n    \td\n")).not.toMatch(/Mismatch|Dedent.*Name/);
  });

  test("a dedent to no open block is a token of its own", () => {
    expect(kindsOf("if a:\n    b\n  c\n")).toContain("DedentMismatch@2");
  });

  test("a first line that is indented begins with an indent", () => {
    expect(kindsOf("  a\n")).toMatch(/^Indent@1 /);
    expect(kindsOf("\n  a\n")).toMatch(/^Newline@1 Indent@2 Name@2/);
  });

  test("brackets and backslashes join lines", () => {
    expect(kindsOf("(a,\n\n b)\nc \\\n + d\n")).toBe(
      "ParenOpen@1 Name@1 Comma@1 Name@3 ParenClose@3 Newline@3 Name@4 Plus@5 Name@5 Newline@5 End@6",
    );
  });

  test("CR and CRLF are newlines, in strings too", () => {
    expect(kindsOf("a\r\nb\rc\n")).toBe("Name@1 Newline@1 Name@2 Newline@2 Name@3 Newline@3 End@4");
    expect(stringOf("'''x\r\ny\rz'''")).toBe('String "x\\ny\\nz"');
  });

  test("positions are offsets into the text as it was given", () => {
    expect(tokensOf("a\r\n  'é' + b").map(({ text }) => text)).toContain("'é'");
  });
});

describe("names and operators", () => {
  test("anything outside ASCII is part of a name", () => {
    expect(tokensOf("naïve→x = 1").map(({ text }) => text)[0]).toBe("naïve→x");
  });

  test("async and await are names in firmware without them", () => {
    expect(kindsOf("async await")).toMatch(/^Async@1 Await@1/);
    expect(kindsOf("async await", { features: { asyncAwait: false } })).toMatch(/^Name@1 Name@1/);
  });

  test("__debug__ is true only without optimisation", () => {
    expect(kindsOf("__debug__")).toMatch(/^True@1/);
    expect(kindsOf("__debug__", { optimisation: 1 })).toMatch(/^False@1/);
  });

  test("the longest operator wins", () => {
    const operators: Record<string, string> = {
      "<<=": "DblLessEqual",
      ">>": "DblMore",
      "**=": "DblStarEqual",
      "//": "DblSlash",
      "->": "MinusMore",
      "-=": "MinusEqual",
      ":=": "Assign",
      "!=": "NotEqual",
      "!": "Invalid",
      "...": "Ellipsis",
      "..": "Period",
      "@=": "AtEqual",
      "|": "Pipe",
      $: "Invalid",
    };
    const found = Object.keys(operators).map((text) => [text, firstToken(text).kind]);
    expect(Object.fromEntries(found)).toEqual(operators);
  });
});

describe("numbers", () => {
  test("digits are kept as MicroPython keeps them", () => {
    const numbers: Record<string, string> = {
      "12_34": "Integer 1234",
      "0x_FF": "Integer 0xFF",
      "1E5": "FloatOrImag 1e5",
      ".5": "FloatOrImag .5",
      "1.": "FloatOrImag 1.",
      "1j": "FloatOrImag 1j",
      "1if": "Integer 1if",
      "1..real": "FloatOrImag 1..real",
      "0x1.5": "FloatOrImag 0x1.5",
      "1e+": "FloatOrImag 1e+",
      "00": "Integer 0",
      "07": "Integer 07",
    };
    const found = Object.keys(numbers).map((text) => {
      const { kind, value } = firstToken(text);
      return [text, `${kind} ${value}`];
    });
    expect(Object.fromEntries(found)).toEqual(numbers);
  });
});

describe("strings", () => {
  test("adjacent literals are one token", () => {
    expect(stringOf("'a' \"b\" r'\\n' '''c'''")).toBe('String "ab\\\\nc"');
    expect(stringOf("('a'\n'b')".slice(1))).toBe('String "a"');
  });

  test("bytes and strings do not join", () => {
    expect(
      tokensOf("'a' b'b'")
        .map(({ kind }) => kind)
        .slice(0, 2),
    ).toEqual(["String", "Bytes"]);
  });

  test("escapes", () => {
    const literals: Record<string, string> = {
      "'\\a\\b\\t\\n\\v\\f\\r\\\\\\'\\\"'": '"\\u0007\\b\\t\\n\\u000b\\f\\r\\\\\'\\""',
      "'\\x41\\u00e9\\U0001F600'": '"Aé😀"',
      "'\\101\\0\\18'": '"A\\u0000\\u00018"',
      "'\\q\\8'": '"\\\\q\\\\8"',
      "'a\\\nb'": '"ab"',
      "r'\\n\\''": '"\\\\n\\\\\'"',
      "''": '""',
      "''''a'''": '"\'a"',
      "'''a''b'''": "\"a''b\"",
    };
    const found = Object.keys(literals).map((text) => [text, stringOf(text).replace(/^String /, "")]);
    expect(Object.fromEntries(found)).toEqual(literals);
  });

  test("a character outside ASCII after a backslash falls apart into its bytes", () => {
    const token = firstToken("'\\é'");
    expect([...bytesOf(token.value)]).toEqual([0x5c, 0xc3, 0x83, 0xa9]);
  });

  test("bytes hold raw bytes and the UTF-8 of other characters", () => {
    const token = firstToken("b'\\xff\\u00e9é\\377'");
    expect(token.kind).toBe("Bytes");
    expect([...bytesOf(token.value)]).toEqual([0xff, ...Buffer.from("\\u00e9é"), 0xff]);
  });

  test("escapes that make no character are invalid", () => {
    const kinds = ["'\\x4'", "'\\U00110000'", "b'\\777'", "'\\u12'"].map((text) => firstToken(text).kind);
    expect(kinds.filter((kind) => kind !== "Invalid" && kind !== "LonelyStringOpen")).toEqual([]);
  });

  test("a string that does not end is a token of its own", () => {
    expect(firstToken("'abc\nd").kind).toBe("LonelyStringOpen");
    expect(firstToken("'''abc\nd").kind).toBe("LonelyStringOpen");
  });

  test("prefixes are small letters", () => {
    expect(firstToken("R'a'").kind).toBe("Name");
    expect(stringOf("u'a'")).toBe('String "a"');
    expect(stringOf("br'\\x'")).toBe('Bytes "\\\\x"');
  });
});

describe("f-strings", () => {
  test("become a call of format", () => {
    expect(injected("f'a{b}c{d!r:>{w}}'")).toBe('"a{}c{!r:>{}}" . format ( ( b ) , ( d ) , ( w ) , )');
  });

  test("join with their neighbours from 1.24 on", () => {
    expect(injected("f'{a}' '{{' f'{b}'")).toBe('"{}{{{}" . format ( ( a ) , ( b ) , )');
    expect(injected("f'{a}' f'{b}'", { version: "1.23" })).toBe(
      '"{}{}" . format ( ( a ) , . format ( ( b ) , )',
    );
  });

  test("tell what is debugged with =", () => {
    expect(injected("f'{a.b=}'")).toBe('"a.b={}" . format ( ( a . b ) , )');
  });

  test("know !r only from 1.21 on", () => {
    expect(injected("f'{a!r}'", { version: "1.20" })).toBe('"{}" . format ( ( a ? r ) , )');
    expect(injected("f'{a!r}'", { version: "1.21" })).toBe('"{!r}" . format ( ( a ) , )');
  });

  test("are refused raw before 1.24", () => {
    expect(kindsOf("rf'{a}'", { version: "1.23" })).toMatch(/^FstringRaw@1/);
    expect(injected("rf'\\d{a}'")).toBe('"\\\\d{}" . format ( ( a ) , )');
  });

  test("are names and strings in firmware without them", () => {
    expect(kindsOf("f'a'", { features: { fstrings: false } })).toMatch(/^Name@1 String@1/);
  });

  test("count a newline in their braces twice", () => {
    expect(tokensOf("f'''{a\n}'''\nb").find(({ value }) => value === "b")!.line).toBe(4);
  });

  test("put their arguments at the place in the text they came from", () => {
    const source = "x = f'{first} and {second}'";
    const names = tokensOf(source).filter(({ kind }) => kind === "Name");
    expect(names.map(({ text, value }) => [text === value, value])).toContainEqual([true, "second"]);
  });

  test("nest from 1.28 on; before, the inner one's arguments come last", () => {
    const source = "f'{f\"{a}\"}'";
    expect(injected(source, { version: "1.28" })).toBe('"{}" . format ( ( "{}" . format ( ( a ) , ) ) , )');
    expect(injected(source, { version: "1.27" })).toBe('"{}" . format ( ( "{}" ) , ) ( a ) ,');
  });

  test("need an expression in their braces from 1.28 on", () => {
    expect(firstToken("f'{}'", { version: "1.28" }).kind).toBe("MalformedFstring");
    expect(injected("f'{}'", { version: "1.27" })).toBe('"{}" . format ( ( ) , )');
  });

  test("may end in doubled braces from 1.28 on", () => {
    expect(firstToken("f'{{'", { version: "1.27" }).kind).toBe("LonelyStringOpen");
    expect(injected("f'{{'", { version: "1.28" })).toBe('"{{" . format ( )');
  });
});

describe("t-strings", () => {
  const options: CompilerOptions = { version: "1.28" };

  test.each([
    ["t'a'", '__template__ ( ( "a" , ) , )'],
    [
      "t'a{b}c{d!r:>3}'",
      '__template__ ( ( "a" , "c" , "" , ) , ( b ) , "b" , None , "" , ( d ) , "d" , "r" , ">3" , )',
    ],
    ["t'{a=}'", '__template__ ( ( "a=" , "" , ) , ( a ) , "a" , "r" , "" , )'],
    ["t'{a:{w}}'", '__template__ ( ( "" , "" , ) , ( a ) , "a" , None , "{}" . format ( ( w ) , ) , )'],
    ["t'{{a}}'", '__template__ ( ( "{a}" , ) , )'],
    ["rt'\\d{a}'", '__template__ ( ( "\\\\d" , "" , ) , ( a ) , "a" , None , "" , )'],
    ["t'''a\nb'''", '__template__ ( ( "a\\nb" , ) , )'],
  ])("%j is read as a call", (source, expected) => {
    expect(injected(source, options)).toBe(expected);
  });

  test("a neighbour's text is read as source, as MicroPython happens to do", () => {
    expect(injected(`t'a' "+'x'"`, options)).toBe('__template__ ( ( "a" Plus "x" , ) , )');
  });

  test("with anything amiss in their braces are malformed", () => {
    const sources = ["t'{a'", "t'{}'", "t'a}b'", "t'{ }'", "t'{a:'"];
    expect(sources.map((source) => firstToken(source, options).kind)).toEqual(
      sources.map(() => "MalformedFstring"),
    );
  });

  test("are a name and a string in firmware without them", () => {
    expect(kindsOf("t'a'", { version: "1.27" })).toMatch(/^Name@1 String@1/);
    expect(kindsOf("t'a'", { version: "1.28", featureLevel: "extra" })).toMatch(/^Name@1 String@1/);
  });
});

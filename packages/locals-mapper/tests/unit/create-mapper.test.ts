import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CompilerOptions,
  createMapper,
  type Mapper,
  mapSource,
  type TextEdit,
} from "../../src/index.js";
import { showMapped } from "../support/show-mapped.js";
import { edit, editAt, pieceText, stringPrograms } from "../support/source-edits.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

const file = "main.py";
const texts = [...snippetTruth.map(({ path }) => readSnippet(path)), ...stringPrograms];

const someOptions = fc.constantFrom<CompilerOptions>(
  {},
  { version: "1.20" },
  { version: "1.28", featureLevel: "full" },
  { version: "1.29", features: { docStrings: true } },
  { settrace: true, smallIntBits: 63, crossCompiled: false, featureLevel: "everything" },
  { optimisation: 3 },
);

function openDocument(text: string, options: CompilerOptions = {}): Mapper {
  const mapper = createMapper({ file, options });
  mapper.replace(text);
  return mapper;
}

function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return edits.reduce(
    (before, each) => before.slice(0, each.start) + each.text + before.slice(each.end),
    text,
  );
}

/** The edit that puts `text` in the place of `old`, the first of its kind. */
function editOf(document: string, old: string, text: string): TextEdit {
  const start = document.indexOf(old);
  if (start < 0) throw new Error(`${old} is not in the document`);
  return { start, end: start + old.length, text };
}

interface Case {
  readonly what: string;
  readonly text: string;
  /** What is replaced by what, each in the text as it was. */
  readonly edits: readonly (readonly [old: string, replacement: string])[];
  readonly options?: CompilerOptions;
}

const cases: readonly Case[] = [
  {
    what: "a constant far above changes, appears or goes",
    text: "WIDTH = const(4)\n\n\ndef area(height):\n    size = WIDTH * height\n    return size\n\nx = WIDTH\n",
    edits: [
      ["const(4)", "const(5)"],
      ["const(4)", "4"],
      ["WIDTH = ", "_WIDTH = "],
      ["WIDTH = const(4)", "size = const(2)"],
    ],
  },
  {
    what: "one of several constants changes that few statements use",
    text: `A = const(1)\nB = const(2)\n\n\ndef f(x):\n    if A:\n        x = f"{B}"\n    return x\n\n\nclass C:\n    D = const(3)\n    def g(self):\n        return [D for y in self]\n\n    def h(self):\n        return 1\n\nx = B + D\n`,
    edits: [
      ["const(1)", "const(0)"],
      ["const(2)", "const(20)"],
      ["const(3)", "const('x')"],
      ["A = const(1)\n", ""],
      ["B = ", "h = "],
      ["def f", "E = const(9)\n\n\ndef f"],
    ],
  },
  {
    what: "a name far above interns a long string, or does so no longer",
    text: "def first():\n    return temperature\n\n\ndef second():\n    y = [\n        'temperatures',\n    ]\n",
    edits: [["return temperature", "return temperatures"]],
  },
  {
    what: "a bracket or a string that goes on is opened",
    text: "a = (1,\n     2)\n\n\ndef f(x):\n    '''One.\n\n    def g(): two.\n    '''\n    return x\n",
    edits: [
      ["2)", "2"],
      ["'''One", "One"],
      ["\n    '''\n", "\n    \n"],
    ],
  },
  {
    what: "a block is indented or loses its head",
    text: "class C:\n    def f(self):\n        a = 1\n        return a\n\n    def g(self):\n        b = 2\n\nc = 3\n",
    edits: [
      ["    def g", "        def g"],
      ["    def f(self):\n", ""],
      ["class C:", "if c:"],
      ["c = 3", "    c = 3"],
      ["c = 3", "else:\n    c = 3"],
    ],
  },
  {
    what: "lines come and go, also the first, and where an f-string counts its own twice",
    text: "\n\ndef f(x):\n    return x\n\n\ny = f'''{f(\n1)}'''\n\n\ndef g(z):\n    for i in z:\n        yield i\n    return z\n",
    edits: [
      ["\n\ndef f", "def f"],
      ["def f", "import a\ndef f"],
      ["f(\n1)", "f(\n\n1)"],
      ["    for", "\n    for"],
    ],
  },
  {
    what: "a global is declared, or a class is closed over",
    text: "count = 0\n\n\nclass C:\n    def f(self):\n        return self\n\n    def g(self):\n        return 1\n\n\ndef h():\n    return count\n",
    edits: [
      ["return count", "global count"],
      ["return self", "return super().f()"],
    ],
  },
  {
    what: "something else changes around a global and a class that is closed over",
    text: "count = 0\n\n\nclass C:\n    def f(self):\n        return super().f()\n\n    def g(self):\n        return 1\n\n\ndef h():\n    global count\n",
    edits: [
      ["return 1", "return 2"],
      ["class C:", "if C:"],
      ["count = 0", "import count"],
    ],
  },
  {
    what: "a decorator makes its code native",
    text: "import micropython\n\n\n@micropython.bytecode\nclass C:\n    def f(self):\n        return [i for i in self]\n",
    edits: [["bytecode", "native"]],
  },
];

describe("a document that is edited maps like its text", () => {
  test("whatever the edits, one after the other", () => {
    const someText = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...texts) }, pieceText);
    const someSteps = fc.array(fc.array(edit, { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(someText, someSteps, someOptions, (start, steps, options) => {
        const mapper = openDocument(start, options);
        let text = start;
        for (const step of steps) {
          const edits: TextEdit[] = [];
          for (const each of step) {
            const made = editAt(text, each);
            edits.push(made);
            text = applyEdits(text, [made]);
          }
          const mapped = mapper.update(edits);
          expect(showMapped(mapped)).toEqual(showMapped(mapSource(text, { file, options })));
        }
      }),
      { numRuns: 120, seed: 1 },
    );
  });

  test("while each program is typed", () => {
    const long = texts.filter((text) => text.length > 400).slice(0, 6);
    for (const text of long) {
      const mapper = createMapper({ file });
      for (let length = 1; length <= text.length; length++) {
        const mapped = mapper.update([{ start: length - 1, end: length - 1, text: text.charAt(length - 1) }]);
        if (length % 7 !== 0) continue;
        expect(showMapped(mapped)).toEqual(showMapped(mapSource(text.slice(0, length), { file })));
      }
    }
  });

  test("while one version after another replaces it", () => {
    const mapper = createMapper({ file });
    for (const text of [...texts, ...texts.slice().reverse()]) {
      expect(showMapped(mapper.replace(text))).toEqual(showMapped(mapSource(text, { file })));
    }
  });

  test.each(cases)("when $what", ({ text, edits, options }) => {
    for (const [old, replacement] of edits) {
      for (const each of [options ?? {}, { ...options, settrace: true }]) {
        const mapper = openDocument(text, each);
        const made = [editOf(text, old, replacement)];
        const after = applyEdits(text, made);
        const whole = mapSource(after, { file, options: each });
        expect(showMapped(mapper.update(made))).toEqual(showMapped(whole));
        // And back again.
        expect(showMapped(mapper.replace(text))).toEqual(
          showMapped(mapSource(text, { file, options: each })),
        );
      }
    }
  });
});

describe("a mapper", () => {
  const text = "def f(a):\n    b = a\n    return b\n\n\ndef g(c):\n    d = c\n    return d\n";

  test("has an empty document to begin with", () => {
    expect(showMapped(createMapper({ file }).mapped)).toEqual(showMapped(mapSource("", { file })));
  });

  test("gives the map it has where nothing changes", () => {
    const mapper = openDocument(text);
    expect(mapper.update([])).toBe(mapper.mapped);
    expect(mapper.replace(text)).toBe(mapper.mapped);
  });

  test("takes offsets beyond the text for its end", () => {
    const mapper = openDocument("x = 1\n");
    expect(mapper.update([{ start: 99, end: 200, text: "y = 2\n" }]).debugMap.text).toBe("x = 1\ny = 2\n");
    expect(mapper.update([{ start: 6, end: 2, text: "z = 3\n" }]).debugMap.text).toBe(
      "x = 1\nz = 3\ny = 2\n",
    );
  });

  test("shares what the functions that an edit leaves alone have in common", () => {
    const mapper = openDocument(text);
    const before = mapper.mapped.debugMap.scopes;
    const after = mapper.update([editOf(text, "b = a", "b = not a")]).debugMap.scopes;
    expect(after[2]?.ids).toBe(before[2]?.ids);
    expect(after[2]?.slots).toBe(before[2]?.slots);
    expect(after[2]?.lines).toBe(before[2]?.lines);
    expect(after[1]?.lines).not.toBe(before[1]?.lines);
  });

  test("leaves the maps it gave before as they were", () => {
    const mapper = openDocument(text);
    const { mapped } = mapper;
    mapper.update([{ start: 0, end: 0, text: "import a, b\n\n\nclass C:\n    c = 1\n\n" }]);
    mapper.update([editOf(mapper.mapped.debugMap.text, "return b", "return a, b")]);
    expect(showMapped(mapped)).toEqual(showMapped(mapSource(text, { file })));
  });
});

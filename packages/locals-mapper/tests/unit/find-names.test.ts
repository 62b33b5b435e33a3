import { describe, expect, it } from "vitest";
import { createMapper } from "../../dist/index.js";

/** Each use of a name as `name scope:kind`, in the order of the text; a constant's kind is `const`. */
function usesIn(text: string): string[] {
  const mapper = createMapper({ file: "main.py" });
  mapper.replace(text);
  const { scopes } = mapper.mapped.debugMap;
  return mapper.findNames().map(({ name, scope, isConstant, start, end }) => {
    expect(text.slice(start, end)).toBe(name);
    const kind = isConstant ? "const" : scopes[scope]?.ids.find((id) => id.name === name)?.kind;
    return `${name} ${scopes[scope]?.name}:${kind}`;
  });
}

describe("names in a text", () => {
  it.each([
    [
      "belong to the function whose parameters they are, defaults to the scope around it",
      "def f(a=d, *r, k: T = 1, **kw) -> R: return a",
      [
        "f <module>:implicit-global-assigned",
        "a f:local",
        "d <module>:implicit-global",
        "r f:local",
        "k f:local",
        "kw f:local",
        "a f:local",
      ],
    ],
    [
      "are met in a comprehension, but for its first iterable",
      "def f(s): return [x for y in s for x in y if x]",
      [
        "f <module>:implicit-global-assigned",
        "s f:local",
        "x <listcomp>:local",
        "y <listcomp>:local",
        "s f:local",
        "x <listcomp>:local",
        "y <listcomp>:local",
        "x <listcomp>:local",
      ],
    ],
    [
      "are no attributes, keywords, modules or annotations",
      "import a.b, c.d as e\nfrom g import h as i, j\nx: T = e.f(k=j)",
      [
        "a <module>:implicit-global-assigned",
        "e <module>:implicit-global-assigned",
        "i <module>:implicit-global-assigned",
        "j <module>:implicit-global-assigned",
        "x <module>:implicit-global-assigned",
        "e <module>:implicit-global-assigned",
        "j <module>:implicit-global-assigned",
      ],
    ],
    [
      "stand in f-strings where they are read from",
      'def f(a, w): return f"{a:{w}}"',
      ["f <module>:implicit-global-assigned", "a f:local", "w f:local", "a f:local", "w f:local"],
    ],
    [
      "of constants are values, wherever they stand",
      "_N = const(3)\ndef f(): return _N + g",
      ["f <module>:implicit-global-assigned", "_N f:const", "g f:explicit-global"],
    ],
    [
      "are none in code that is never compiled",
      "if 0:\n    def f(a): return a\nb = 1",
      ["b <module>:implicit-global-assigned"],
    ],
    [
      "of an emitter are none",
      "@micropython.native\n@d.e(x)\ndef f(): pass",
      ["d <module>:implicit-global", "x <module>:implicit-global", "f <module>:implicit-global-assigned"],
    ],
    [
      "are what the compiler closed over",
      "def f(a):\n    lambda b=a: a + b",
      [
        "f <module>:implicit-global-assigned",
        "a f:cell",
        "b <lambda>:local",
        "a f:cell",
        "a <lambda>:free",
        "b <lambda>:local",
      ],
    ],
  ])("%s", (_what, text, uses) => {
    expect(usesIn(text)).toEqual(uses);
  });

  it("are found where they stand after an edit before them", () => {
    const mapper = createMapper({ file: "main.py" });
    mapper.replace("def f(a):\n    return a\n");
    mapper.update([{ start: 0, end: 0, text: "x = 1\n\n" }]);
    expect(mapper.findNames().map(({ name, start }) => [name, start])).toEqual([
      ["x", 0],
      ["f", 11],
      ["a", 13],
      ["a", 28],
    ]);
  });

  it("lie in the syntax around them, the innermost first", () => {
    const mapper = createMapper({ file: "main.py" });
    const text = "def f(a):\n    return g(a + 1)\n";
    mapper.replace(text);
    const around = mapper.findExtents(text.indexOf("a + 1"));
    expect(around.map(({ start, end }) => text.slice(start, end))).toEqual(
      expect.arrayContaining(["a", "a + 1", "g(a + 1)", "return g(a + 1)"]),
    );
    expect(text.slice(around[0]?.start, around[0]?.end)).toBe("a");
  });
});

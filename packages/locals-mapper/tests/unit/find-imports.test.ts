import { expect, it } from "vitest";
import { createMapper } from "../../dist/index.js";

it("finds the modules that a text imports, and whether it may do without", () => {
  const mapper = createMapper({ file: "main.py" });
  const text = [
    "import a, b.c as d",
    "from e.f import g",
    "from . import h",
    "from .i import j",
    "def k():",
    "    import l",
    "try:",
    "    import m",
    "except ImportError:",
    "    import n",
    "if x: import o",
    "class P:",
    "    async def q(self):",
    "        while 1: from r import *",
    "x = = 1",
    "import s",
  ].join("\n");
  mapper.replace(text);
  const found = mapper.findImports();
  for (const { name, start, end } of found) expect(text.slice(start, end)).toBe(name);
  const names = (isConditional: true | undefined) =>
    found.filter((each) => each.isConditional === isConditional).map(({ name }) => name);
  expect(names(undefined)).toEqual(["a", "b.c", "e.f", "l", "r", "s"]);
  expect(names(true)).toEqual(["m", "n", "o"]);
});

import { type CompilerOptions, mapSource } from "@slotscope/locals-mapper";
import { describe, expect, it } from "vitest";
import { placeBreakpoint, type PlacingContext } from "../../src/debugger/place-breakpoint.js";
import type { BreakpointRequest } from "../../src/debugger/types.js";

const options: CompilerOptions = { version: "1.26", featureLevel: "extra", settrace: true };

const text = `import micropython

@micropython.native
def fast(a, b):
    return a + b  # 5

@micropython.viper
def faster(a: int) -> int:
    return a + 1  # 9

def work(items):
    limit = 3
    # a comment
    found = sorted(items, key=lambda item: item + 1)  # 14
    doubled = [i * 2 for i in items]  # 15
    return found, doubled

class Box:
    size = 1
    other = size + 1  # 20

work([1])
`;

function place(request: BreakpointRequest, context: Partial<PlacingContext> = {}, source = text) {
  const mapped = mapSource(source, { file: "main.py", options });
  return placeBreakpoint(request, { path: "/main.py", text: source, ...mapped }, { options, ...context });
}

describe("a breakpoint", () => {
  it("stays on a line with code, and moves from one without", () => {
    expect(place({ line: 12 })).toEqual({ line: 12, verified: true, terms: {} });
    expect(place({ line: 13 })).toEqual({ line: 14, verified: true, terms: {} });
  });

  it.each([
    [5, /native/],
    [9, /viper/],
    [99, /^Line 99 is past the end .*\.$/],
  ])("on line %i is refused with the reason", (line, reason) => {
    expect(place({ line })).toMatchObject({ line, verified: false, message: expect.stringMatching(reason) });
  });

  it("is refused where the file has errors, can't be reached, or was edited since it was loaded", () => {
    expect(place({ line: 1 }, {}, "x = (\n")).toMatchObject({
      message: expect.stringMatching(/line \d+: SyntaxError/),
    });
    expect(place({ line: 12 }, { unreachable: "It is elsewhere." })).toMatchObject({
      message: "It is elsewhere.",
    });
    expect(place({ line: 12 }, { loadedOther: true })).toMatchObject({
      message: expect.stringMatching(/Restart/),
    });
    expect(placeBreakpoint({ line: 1 }, undefined, { options })).toMatchObject({ verified: false });
  });

  it("carries its terms, compiled for the function of its line", () => {
    const { terms } = place({
      line: 12,
      condition: "len(items) > 1",
      hitCondition: ">= 2",
      logMessage: "{items}",
    });
    expect(terms?.condition).toMatchObject({ slots: [0], names: ["items"] });
    expect(terms?.hits).toEqual([">=", 2]);
    expect(terms?.log).toMatchObject({ slots: [0], names: ["items"] });
  });

  it("ignores empty terms, which clients send for none", () => {
    expect(place({ line: 12, condition: "", hitCondition: " ", logMessage: "" })).toMatchObject({
      verified: true,
      terms: {},
    });
  });

  it.each([
    [{ condition: "1 +" }, /SyntaxError/],
    [{ hitCondition: "often" }, /no hit count/],
    [{ logMessage: "{" }, /without its `}`/],
    [{ logMessage: "{1 +}" }, /SyntaxError/],
    [{ logMessage: "{x; y}" }, /SyntaxError/],
  ])("with the terms %j is refused with the reason", (terms, reason) => {
    expect(place({ line: 12, ...terms })).toMatchObject({
      verified: false,
      message: expect.stringMatching(reason),
    });
  });

  it("on a line of two functions has no condition on the locals of one of them", () => {
    expect(place({ line: 14, condition: "limit == 3" })).toMatchObject({
      verified: false,
      message: expect.stringMatching(/belongs to work and to <lambda>/),
    });
    expect(place({ line: 14, condition: "micropython is None" })).toMatchObject({ verified: true });
  });

  it("on the line of a comprehension may have one, since the comprehension is part of that line", () => {
    expect(place({ line: 15, condition: "limit == 3" })).toMatchObject({ verified: true });
  });

  it("in a class body can't ask for names of the class", () => {
    expect(place({ line: 20, condition: "size" })).toMatchObject({
      verified: false,
      message: expect.stringMatching(/belongs to class Box/),
    });
  });
});

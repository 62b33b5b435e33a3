import { describe, expect, it } from "vitest";
import { crc32, type DebugMap, mapSource, nameFrame, type ScopeMap } from "../../src/index.js";

function map(text: string): DebugMap {
  const { debugMap, problems } = mapSource(text, { file: "main.py", options: { settrace: true } });
  expect(problems).toEqual([]);
  return debugMap;
}

/** A frame of a scope as a target would tell of it. */
function frameOf(scope: ScopeMap | undefined, line: number) {
  const bytecode = scope?.bytecode();
  if (scope === undefined || bytecode == null) throw new Error("no such bytecode");
  const { code, lineInfo } = bytecode;
  return {
    code: {
      name: scope.name,
      firstLine: scope.lines[0] ?? 0,
      code: { length: code.length, crc32: crc32(code) },
      lineInfo: { length: lineInfo.length, crc32: crc32(lineInfo) },
    },
    line,
    stateSize: scope.stateSize,
  };
}

const program = `
def outer(a, *rest, key=1, **more):
    total = a
    def inner(b):
        return a + b + total
    for item in rest:
        total += item
    return [inner(x) for x in rest]
`;

describe("naming a frame", () => {
  it("gives the slots in the order to show them, with what each holds", () => {
    const debugMap = map(program);
    const named = nameFrame(frameOf(debugMap.scopes[1], 6), debugMap);
    expect(named).toEqual({
      scope: debugMap.scopes[1],
      slots: [
        { slot: 0, name: "a", kind: "parameter", isCell: true },
        { slot: 1, name: "key", kind: "parameter", isCell: false },
        { slot: 2, name: "rest", kind: "parameter", isCell: false },
        { slot: 3, name: "more", kind: "parameter", isCell: false },
        { slot: 4, name: "item", kind: "local", isCell: false },
        { slot: 5, name: "total", kind: "cell", isCell: true },
        { slot: 6, name: "inner", kind: "cell", isCell: true },
      ],
    });
  });

  it("puts free variables after locals and a comprehension's iterator last", () => {
    const debugMap = map(program);
    const [, , inner, comprehension] = debugMap.scopes;
    expect(nameFrame(frameOf(inner, 5), debugMap)).toMatchObject({
      slots: [
        { slot: 2, name: "b", kind: "parameter", isCell: false },
        { slot: 0, name: "a", kind: "free", isCell: true },
        { slot: 1, name: "total", kind: "free", isCell: true },
      ],
    });
    expect(nameFrame(frameOf(comprehension, 8), debugMap)).toMatchObject({
      slots: [
        { slot: 2, name: "x", kind: "local", isCell: false },
        { slot: 0, name: "inner", kind: "free", isCell: true },
        { slot: 1, name: ".0", kind: "iterator", isCell: false },
      ],
    });
  });

  it("names nothing in a module, whose names are globals", () => {
    const debugMap = map(program);
    expect(nameFrame(frameOf(debugMap.scopes[0], 2), debugMap)).toMatchObject({ slots: [] });
  });

  it("gives a reason if the code is of another text", () => {
    const frame = frameOf(map(program).scopes[1], 3);
    expect(nameFrame(frame, map(program.replace("total = a", "total = key")))).toEqual({
      reason: "the target's bytecode of outer is not that of main.py",
    });
  });

  it("gives a reason if the line holds no code of the function", () => {
    const debugMap = map(program);
    expect(nameFrame(frameOf(debugMap.scopes[1], 5), debugMap)).toEqual({
      reason: "line 5 holds no code of outer in main.py",
    });
  });

  it("accepts the line of the call event, and no line", () => {
    const debugMap = map(program);
    const [, outer] = debugMap.scopes;
    expect(nameFrame(frameOf(outer, 2), debugMap)).toHaveProperty("slots");
    expect(nameFrame(frameOf(outer, 0), debugMap)).toHaveProperty("slots");
  });

  it("gives a reason if the frame is larger or smaller than the function's, but for a spare word", () => {
    const debugMap = map(program);
    const frame = frameOf(debugMap.scopes[1], 3);
    expect(nameFrame({ ...frame, stateSize: frame.stateSize + 1 }, debugMap)).toHaveProperty("slots");
    for (const stateSize of [frame.stateSize - 1, frame.stateSize + 2]) {
      expect(nameFrame({ ...frame, stateSize }, debugMap)).toHaveProperty("reason");
    }
  });
});

import { describe, expect, it } from "vitest";
import { Handles } from "../../src/protocol/handles.js";

describe("handles", () => {
  it("are never given again, so that one of an earlier stop is refused", () => {
    const handles = new Handles<string>("variables reference");
    const first = handles.create("a");
    expect(handles.get(first)).toBe("a");
    handles.reset();
    const second = handles.create("b");
    expect(second).not.toBe(first);
    expect(() => handles.get(first)).toThrow(/no variables reference 1: it is from an earlier stop/);
  });
});

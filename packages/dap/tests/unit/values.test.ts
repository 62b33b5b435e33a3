import type { Rendered } from "@slotscope/device-transport";
import { describe, expect, it } from "vitest";
import type { ChildrenRef } from "../../src/debugger/types.js";
import { makeChild } from "../../src/debugger/values.js";

const one: Rendered = ["int", "1", 0, 0, 0];

function child(name: string, type: string, evaluateName: string | undefined = "x") {
  const parent: ChildrenRef = {
    stop: 1,
    frame: 0,
    ref: ["handle", 1],
    type,
    indexed: 1,
    named: 1,
    evaluateName,
  };
  return makeChild([name, one], parent);
}

describe("children of a value", () => {
  it.each([
    ["0", "list", "x", "x[0]"],
    ["0", "Point", "self.inside[0]", "self.inside[0][0]"],
    ["'a b'", "dict", "x['k']", "x['k']['a b']"],
    ["-1.5", "dict", "x", "x[-1.5]"],
    ["width", "Box", "a + b", "(a + b).width"],
  ])("have an expression that gives them: %s of a %s", (name, type, parent, expression) => {
    expect(child(name, type, parent).evaluateName).toBe(expression);
  });

  it.each([
    ["0", "set"],
    ["'cut...", "dict"],
    ["<Box object at 1f0>", "dict"],
    ["'a' + 'b'", "dict"],
    ["no name", "Box"],
  ])("have none where it could not be written: %s of a %s", (name, type) => {
    expect(child(name, type).evaluateName).toBeUndefined();
  });

  it("can't be assigned to in values that never change", () => {
    expect(child("0", "tuple").assign).toBeUndefined();
    expect(child("0", "list").assign?.to).toEqual(["child", ["handle", 1], "0"]);
  });
});

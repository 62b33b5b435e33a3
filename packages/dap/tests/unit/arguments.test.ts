import { describe, expect, it } from "vitest";
import { Arguments } from "../../src/protocol/arguments.js";

describe("arguments of a request", () => {
  const args = new Arguments("launch", {
    program: "a.py",
    count: 3,
    flag: true,
    list: ["x"],
    map: { A: "b" },
  });

  it("are given as what they are", () => {
    expect(args.string("program")).toBe("a.py");
    expect(args.integer("count")).toBe(3);
    expect(args.optionalBoolean("flag")).toBe(true);
    expect(args.optionalStrings("list")).toEqual(["x"]);
    expect(args.optionalStringMap("map")).toEqual({ A: "b" });
    expect(args.optionalString("absent")).toBeUndefined();
  });

  it.each([
    ["a number for a string", () => args.string("count")],
    ["nothing for a string", () => args.string("absent")],
    ["a string for a number", () => args.integer("program")],
    ["a string for a flag", () => args.optionalBoolean("program")],
    ["an object for a list", () => args.optionalStrings("map")],
    ["a list for an object", () => args.object("list")],
    ["a wrong choice", () => args.optionalChoice("program", ["b.py"])],
    ["a list of other things", () => args.optionalObjects("list")],
  ])("refuse %s, naming request and property", (_what, read) => {
    expect(read).toThrow(/The request launch.* is wrong: `\w+` must be/);
  });

  it.each([[5], ["text"], [[1]]])("refuse %j in place of an object", (raw) => {
    expect(() => new Arguments("threads", raw)).toThrow("The request threads is wrong");
  });

  it("may be left out", () => {
    expect(new Arguments("threads", undefined).optionalInteger("x")).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import type { CommandSpec } from "../../src/command-line/command.js";
import { describeCommand } from "../../src/command-line/help.js";
import { oneOf, parseArguments, parseSize, valueOf } from "../../src/command-line/parse-arguments.js";
import { suggest } from "../../src/command-line/suggest.js";

const spec: CommandSpec = {
  name: "demo",
  usage: "FILE...",
  description: "Does nothing.",
  options: {
    json: { type: "boolean", help: "say it in JSON" },
    level: { type: "string", short: "l", value: "N", help: "how much" },
    break: { type: "string", multiple: true, help: "where to stop" },
  },
};

const passing: CommandSpec = { ...spec, passesArguments: true };

describe("arguments of a command", () => {
  it("are split into flags, values and positionals, options in any place", () => {
    const args = parseArguments(["a.py", "--json", "-l", "3", "--break=x:1", "b.py", "--break", "y:2"], spec);
    expect([...args.flags]).toEqual(["json"]);
    expect(valueOf(args, "level")).toBe("3");
    expect(args.values.get("break")).toEqual(["x:1", "y:2"]);
    expect(args.positionals).toEqual(["a.py", "b.py"]);
  });

  it("after `--` are positionals whatever they look like", () => {
    expect(parseArguments(["--", "--json", "-x"], spec).positionals).toEqual(["--json", "-x"]);
  });

  it("take a lone dash for standard input, as a positional and as a value", () => {
    const args = parseArguments(["-", "--level", "-"], spec);
    expect(args.positionals).toEqual(["-"]);
    expect(valueOf(args, "level")).toBe("-");
  });

  it("after a program belong to the program, its options included", () => {
    const args = parseArguments(["--json", "main.py", "--json", "-v", "--", "x"], passing);
    expect([...args.flags]).toEqual(["json"]);
    expect(args.positionals).toEqual(["main.py", "--json", "-v", "--", "x"]);
    expect(parseArguments(["--", "-odd.py", "--help"], passing).positionals).toEqual(["-odd.py", "--help"]);
  });

  it.each([
    [["--jsno"], "Unknown option --jsno. Did you mean --json?"],
    [["--frobnicate"], "Unknown option --frobnicate."],
    [["-z"], "Unknown option -z."],
    [["--json=yes"], "--json takes no value."],
    [["--level"], "--level needs a value: --level N."],
    [["--level", "--json"], "--level needs a value: --level N."],
    [["-l", "1", "-l", "2"], "-l is given more than once."],
    [["--constructor"], "Unknown option --constructor."],
  ])("%j is refused with a sentence", (words, message) => {
    expect(() => parseArguments(words, spec)).toThrow(message);
  });

  it("that must be one of some words suggest the right one", () => {
    expect(() => oneOf("level", "extrra", ["core", "extra"])).toThrow(
      "--level extrra: not one of core, extra. Did you mean extra?",
    );
    expect(oneOf("level", "core", ["core", "extra"])).toBe("core");
  });

  it("give sizes in bytes, with k and M", () => {
    expect(["65536", "512k", "4M", "1MiB", "2 kb"].map((text) => parseSize("heap", text))).toEqual([
      65536, 524288, 4194304, 1048576, 2048,
    ]);
    for (const text of ["", "k", "-1", "1.5M", "0", "4 G", "99999999999999999"]) {
      expect(() => parseSize("heap", text)).toThrow("not a size");
    }
  });

  it("are described by help, one aligned line an option", () => {
    expect(describeCommand(spec)).toBe(
      [
        "Usage: slotscope demo [OPTIONS] FILE...",
        "",
        "Does nothing.",
        "",
        "Options:",
        "      --json         say it in JSON",
        "  -l, --level N      how much",
        "      --break VALUE  where to stop",
        "  -h, --help         show this help",
        "",
      ].join("\n"),
    );
  });
});

describe("a suggestion", () => {
  it("is the closest word, for one slip in three letters at most", () => {
    expect(suggest("sltos", ["slots", "run"])).toBe("slots");
    expect(suggest("rnu", ["slots", "run"])).toBe("run");
    expect(suggest("x", ["slots", "run"])).toBeUndefined();
    expect(suggest("debugger", ["debug", "dap"])).toBeUndefined();
    expect(suggest("debgu", ["debug", "dap"])).toBe("debug");
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markedLine } from "../support/markers.js";
import { type Outcome, programsFolder, runCli } from "../support/start-cli.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slotscope-debug-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Debugs a fixture program by commands on standard input. */
function debug(
  program: string,
  commands: readonly string[],
  ...options: readonly string[]
): Promise<Outcome> {
  return runCli(["debug", ...options, program], {
    cwd: programsFolder,
    input: commands.join("\n"),
    env: { XDG_STATE_HOME: folder },
  });
}

/** Debugs a program of the test's own. */
async function debugText(
  text: string,
  commands: readonly string[],
  ...args: readonly string[]
): Promise<Outcome> {
  const file = join(folder, "own.py");
  await writeFile(file, text);
  return await runCli(["debug", file, ...args], { cwd: folder, input: commands.join("\n") });
}

/** What the debugger answered to each command, program output included; the first part is what came before any. */
function answers({ stdout }: Outcome): string[] {
  return stdout.split(/^\(slotscope\) .*\n/m).map((part) => part.trimEnd());
}

const output = (name: string) => readFile(join(programsFolder, "output", `${name}.txt`), "utf8");

describe("slotscope debug", () => {
  it("stops before the first line, and runs to the end with the program's output", async () => {
    const outcome = await debug("pid.py", ["continue"]);
    expect(outcome.stdout).toBe(
      [
        "Start: <module> at pid.py:1",
        '->  1  """A PID loop that heats a simulated kettle: closures keep the state, `nonlocal` changes it."""',
        "    2",
        "    3",
        "(slotscope) continue",
        `${await output("pid")}The program ended.`,
        "",
      ].join("\n"),
    );
    expect(outcome).toMatchObject({ status: 0, stderr: "" });
  });

  it("names the locals at a breakpoint, with their slots and values", async () => {
    const line = markedLine("tricky_names.py", "star_swap");
    const [, , stop] = answers(await debug("tricky_names.py", [`break ${line}`, "continue"]));
    expect(stop).toContain(`Breakpoint 1: star_swap at tricky_names.py:${line}\n`);
    expect(stop).toContain(`->* ${line}      return total  # @star_swap\n`);
    expect(stop).toContain(
      [
        "  slot 0  parameter  first = 1",
        "  slot 1  parameter  third = 7",
        "  slot 2  parameter  second = 2",
        "  slot 3  parameter  rest = (10, 20)",
        "  slot 4  parameter  options = {'colour': 'red'}",
        "  slot 5  local      total = 41",
      ].join("\n"),
    );
  });

  it("tells captured names from locals, and lists what is not bound", async () => {
    const [, , stop, args, locals] = answers(await debug("pid.py", ["b step", "c", "args", "locals"]));
    expect(stop).toContain("  slot 0  free       kp = 6.0\n  slot 1  free       ki = 0.25\n");
    expect(stop).toMatch(
      /\n {2}not bound here: error \(slot 10\), slope \(slot 11\), .*bounded \(slot 14\)$/,
    );
    expect(args).toBe("  slot 8  parameter  measured = 21.0\n  slot 9  parameter  dt = 1.0");
    expect(locals).toContain("  slot 10  local      error = (unbound)\n");
  });

  it("steps over, into and out of calls", async () => {
    const stops = answers(await debug("pid.py", ["b 94", "c", "step", "next", "out", "n", "s"]));
    const places = stops.slice(2).map((stop) => stop.split("\n")[0]);
    expect(places).toEqual([
      "Breakpoint 1: main at pid.py:94",
      "step at pid.py:16",
      "step at pid.py:17",
      "main at pid.py:94",
      "main at pid.py:95",
      "heat at pid.py:43",
    ]);
  });

  it("changes locals and captured names, and the program goes on with them", async () => {
    const program = [
      "def outer(a):",
      "    shared = a",
      "    def inner():",
      "        return shared * 10",
      "    plain = 1",
      "    return inner() + plain",
      "print(outer(2))",
    ].join("\n");
    const outcome = await debugText(program, [
      "b 6",
      "c",
      "set shared = 7",
      "set plain = plain + 4",
      "!plain += 1",
      "p shared, plain",
      "c",
    ]);
    const [, , , first, second, third, fourth, last] = answers(outcome);
    expect([first, second, third, fourth]).toEqual(["shared = 7", "plain = 5", "", "(7, 6)"]);
    expect(last).toBe("76\nThe program ended.");
  });

  it("shows the stack, and looks at any frame of it", async () => {
    const outcome = await debug("recursion.py", [
      `tb ${markedLine("recursion.py", "number")}`,
      "c",
      "where",
      "up 3",
      "p reader.text",
      "down",
      "frame 99",
    ]);
    const [, , , where, up, text, down, none] = answers(outcome);
    expect(where?.split("\n").slice(0, 3)).toEqual([
      "> 0  parse_atom     recursion.py:70",
      "  1  parse_power    recursion.py:47",
      "  2  parse_product  recursion.py:37",
    ]);
    expect(up).toMatch(/^Frame 3: parse_sum at recursion\.py:27\n/);
    expect(text).toBe("'1+2*3'");
    expect(down).toMatch(/^Frame 2: parse_product/);
    expect(none).toBe("The outermost frame is 6.");
  });

  it("stops at breakpoints that --break sets, by file and line, by function, with a condition", async () => {
    const outcome = await debug(
      "station/main.py",
      ["continue", "quit"],
      "--break",
      "Median.__call__ if len(self.window) == 2",
      "-b",
      "storage.py:19",
    );
    const [start] = answers(outcome);
    expect(start).toContain("Breakpoint 1 at filters.py:12, if len(self.window) == 2\n");
    expect(start).toContain("Breakpoint 2 at storage.py:19\n");
    expect(start).toMatch(/\nround 1: outside is low\nBreakpoint 1: __call__ at filters\.py:12\n/);
  });

  it("stops before the first line where no breakpoint of --break can stop", async () => {
    const [start] = answers(await debug("pid.py", ["quit"], "--break", "nope"));
    expect(start).toMatch(/^There is no function nope in pid\.py\..*\nStart: <module> at pid\.py:1\n/);
  });

  it("has temporary breakpoints, lists them, moves them to lines that can stop, and removes them", async () => {
    const line = markedLine("scheduler.py", "toggle");
    const outcome = await debug("scheduler.py", [
      "break 2",
      "tbreak blink",
      `b ${line} if step == 2`,
      "breakpoints",
      "continue",
      "clear 1",
      "continue",
      "continue",
      "breakpoints",
      "condition 3 step == 3",
      "continue",
      "clear",
      "continue",
    ]);
    const [
      ,
      moved,
      temporary,
      conditional,
      list,
      first,
      removed,
      once,
      second,
      rest,
      changed,
      third,
      cleared,
      end,
    ] = answers(outcome);
    expect(moved).toBe("Breakpoint 1 at scheduler.py:3, moved from line 2");
    expect(temporary).toMatch(/^Breakpoint 2 at scheduler\.py:\d+, once$/);
    expect(conditional).toBe(`Breakpoint 3 at scheduler.py:${line}, if step == 2`);
    expect(list?.split("\n").length).toBe(3);
    expect(first).toMatch(/^Breakpoint 1: <module> at scheduler\.py:3\n/);
    expect(removed).toBe("Removed breakpoint 1.");
    expect(once).toMatch(/^Breakpoint 2: blink at /);
    expect(second).toContain("  slot 6  local      step = 2");
    expect(rest).toBe(`  3  scheduler.py:${line}  if step == 2`);
    expect(changed).toBe(`Breakpoint 3 at scheduler.py:${line}, if step == 3`);
    expect(third).toContain("  slot 6  local      step = 3");
    expect(cleared).toBe("Removed breakpoint 3.");
    expect(end).toContain("26 turns, clock at 100\nThe program ended.");
  });

  it("says why a breakpoint can't stop", async () => {
    const program = "def f():\n    return 1\n    def g():\n        return 2\nprint(f())\n";
    const [, answer] = answers(await debugText(program, ["break 4"]));
    expect(answer).toMatch(/^Breakpoint 1 can't stop at own\.py:4: g is never made/);
  });

  it("prints log messages and counts hits", async () => {
    const outcome = await debugText("for i in range(6):\n    x = i * i\nprint('done')\n", [
      "log 2 i is {i}",
      "b 3",
      "b 2",
      "hits 3 % 2",
      "c",
      "p i",
      "clear 3",
      "c",
    ]);
    const [, , , , hits, first, i, , last] = answers(outcome);
    expect(hits).toBe("Breakpoint 3 at own.py:2, at hits % 2");
    expect(first).toMatch(/^i is 0\ni is 1\nBreakpoint 3: <module> at own\.py:2\n/);
    expect(i).toBe("1");
    expect(last).toMatch(/^i is 2\ni is 3\ni is 4\ni is 5\nBreakpoint 2: /);
  });

  it("shows what is in a value, one item a line", async () => {
    const outcome = await debugText("data = {'k': [1, (2,)]}\nprint(len(data))\n", ["b 2", "c", "pp data"]);
    expect(answers(outcome)[3]).toMatch(
      /^ {2}data = \{'k': \[1, \(2,\)\]\}\n {4}\S*'k'\S* = \[1, \(2,\)\]\n {6}\S*0\S* = 1\n {6}\S*1\S* = \(2,\)\n {8}\S*0\S* = 2$/,
    );
  });

  it("shows displayed expressions at every stop", async () => {
    const outcome = await debugText("a = 1\nb = 2\nc = 3\n", [
      "n",
      "display a + 1",
      "display b",
      "n",
      "undisplay 1",
      "display",
    ]);
    const [, , first, second, both, , one] = answers(outcome);
    expect(first).toBe("  1: a + 1 = 2");
    expect(second).toMatch(/^ {2}1: a \+ 1 = 2\n {2}2: b = \(NameError: .*\)$/);
    expect(both).toMatch(/\n {2}1: a \+ 1 = 2\n {2}2: b = 2$/);
    expect(one).toBe("  2: b = 2");
  });

  it("lists source around the frame and further on, and whole functions", async () => {
    const outcome = await debug("pid.py", [
      "b clamp",
      "c",
      "list",
      "list",
      "list 1,2",
      "source",
      "l make_pid",
    ]);
    const [, , , around, further, range, whole, other] = answers(outcome);
    expect(around?.split("\n").length).toBe(11);
    expect(around).toContain("->*  5      return low if value < low else high if value > high else value");
    expect(further?.split("\n")[0]).toMatch(/^ {4}12 /);
    expect(range?.split("\n").length).toBe(2);
    expect(whole).toBe(
      "    4  def clamp(value, low, high):\n->* 5      return low if value < low else high if value > high else value",
    );
    expect(other).toContain("def make_pid(");
  });

  it("runs on to a later line with until, which ends a loop", async () => {
    const outcome = await debugText("n = 0\nwhile n < 5:\n    n += 1\n    m = n\nprint(n)\n", [
      "until 4",
      "until",
      "p n",
    ]);
    const [, fourth, after, n] = answers(outcome);
    expect(fourth).toMatch(/^<module> at own\.py:4\n/);
    expect(after).toMatch(/^<module> at own\.py:5\n/);
    expect(n).toBe("5");
  });

  it("stops at an uncaught exception, with all frames to look at, and ends with the program's status", async () => {
    const outcome = await debug("crash.py", ["continue", "where", "up", "p name", "continue"]);
    const [, stop, where, up, name, end] = answers(outcome);
    const line = markedLine("crash.py", "divide");
    expect(stop).toContain(`Uncaught ZeroDivisionError: divide by zero\nin to_raw at crash.py:${line}\n`);
    expect(stop).toContain("  slot 1  parameter  volts = 1.0");
    expect(where?.split("\n").length).toBe(5);
    expect(up).toContain(`Frame 1: threshold at crash.py:${markedLine("crash.py", "convert")}`);
    expect(name).toBe("'spare'");
    expect(end).toMatch(
      /ZeroDivisionError: divide by zero\nThe program ended with an uncaught ZeroDivisionError, status 1\.$/,
    );
    expect(outcome.status).toBe(1);
  });

  it("stops at every exception, or at none, where told to", async () => {
    const raised = answers(await debug("crash.py", ["catch raised", "continue", "quit"]));
    expect(raised[2]).toMatch(
      /^Raised ValueError: invalid syntax for number\nin read_calibration at crash\.py:\d+\n/,
    );
    const none = await debug("crash.py", ["catch none", "continue"]);
    expect(none.stdout).toContain(await output("crash"));
    expect(none.status).toBe(1);
  });

  it("starts the program again, with the same breakpoints", async () => {
    const outcome = await debugText("x = 1\nprint(x)\n", ["b 2", "c", "set x = 5", "c", "restart", "c", "c"]);
    const parts = answers(outcome);
    expect(parts[4]).toBe("5\nThe program ended.");
    expect(parts[5]).toMatch(/^Restarting\.\nStart: <module> at own\.py:1\n/);
    expect(parts[6]).toMatch(/^Breakpoint 1: <module> at own\.py:2\n/);
    expect(parts[7]).toBe("1\nThe program ended.");
  });

  it("ends the program when it is told to quit, and after the last command", async () => {
    const endless = "while True:\n    x = 1\n";
    expect(await debugText(endless, ["n", "quit", "p 1"])).toMatchObject({ status: 0, stderr: "" });
    expect(await debugText(endless, ["n", "n"])).toMatchObject({ status: 0, stderr: "" });
  });

  it("passes over empty lines and comments of a script", async () => {
    const { stdout } = await debugText("print(1)\n", ["# look around", "", "p 40 + 2", "", "c"]);
    expect(stdout).toContain("(slotscope) p 40 + 2\n42\n(slotscope) c\n1\nThe program ended.\n");
    expect(stdout).not.toContain("look around");
  });

  it("takes commands from a file, the program's input from standard input", async () => {
    const script = join(folder, "script.txt");
    await writeFile(script, `b ${markedLine("quiz.py", "left")}\nc\np points\nc\n`);
    const input = await readFile(join(programsFolder, "input", "quiz.txt"), "utf8");
    const outcome = await runCli(["debug", "quiz.py", "--commands", script], { cwd: programsFolder, input });
    const [, , stop, points, end] = answers(outcome);
    expect(stop).toContain("Breakpoint 1: play at quiz.py");
    expect(points).toBe("5");
    expect(end).toBe("bye\nAda: 5 of 6\nThe program ended.");
  });

  it("takes the program's input from a file, commands from standard input", async () => {
    const outcome = await debug("quiz.py", ["c"], "--stdin", join("input", "quiz.txt"));
    expect(outcome.stdout).toContain(`(slotscope) c\n${await output("quiz")}The program ended.\n`);
  });

  it("gives a program all of a long input, and each start of it from the beginning", async () => {
    const long = join(folder, "long.txt");
    await writeFile(long, Array.from({ length: 800 }, (_, index) => `line ${index} of many\n`).join(""));
    const program = join(folder, "count.py");
    await writeFile(
      program,
      "n = 0\nwhile True:\n    try:\n        last = input()\n    except EOFError:\n        break\n    n += 1\nprint(n, last)\n",
    );
    const input = "c\nrestart\nc\n";
    const outcome = await runCli(["debug", "--stdin", long, program], { cwd: folder, input });
    const ended = "800 line 799 of many\nThe program ended.";
    expect([answers(outcome)[1], answers(outcome)[3]]).toEqual([ended, ended]);
  });

  it("gives a program that has no input the end of it", async () => {
    const outcome = await debugText("try:\n    input('? ')\nexcept EOFError:\n    print('none')\n", ["c"]);
    expect(answers(outcome)[1]).toBe("? none\nThe program ended.");
  });

  it("ends with the program's exit status, and gives it its arguments", async () => {
    const program = "import sys\nprint(sys.argv[1:])\nsys.exit(3)\n";
    const outcome = await debugText(program, ["c"], "one", "--", "--two");
    expect(answers(outcome)[1]).toBe("['one', '--two']\nThe program ended by sys.exit, with status 3.");
    expect(outcome.status).toBe(3);
  });

  it("says what to do about commands that make no sense", async () => {
    const outcome = await debugText("x = 1\n", [
      "frobnicate",
      "break",
      "break nope",
      "break own.py:99",
      "set x",
      "p",
      "p 1 +",
      "clear 7",
      "up",
      "c",
      "next",
      "list 99,100",
    ]);
    const [, ...said] = answers(outcome);
    expect(said).toEqual([
      "There is no command `frobnicate`. `help` lists them; `p frobnicate` shows a value, `!frobnicate` runs a statement.",
      "There are no breakpoints. `break LINE` or `break FUNCTION` sets one.",
      "There is no function nope in own.py. Write FILE:FUNCTION for one in another folder.",
      "own.py has 1 lines, no line 99.",
      "Set what to what? `set TARGET = EXPRESSION`; `!` takes any statement.",
      "What? `print EXPRESSION`.",
      expect.stringContaining("SyntaxError"),
      "There is no breakpoint 7. `breakpoints` lists them.",
      "The outermost frame is 0.",
      "The program ended.",
      "The program is over. `restart` starts it again, `quit` leaves.",
      "own.py has 1 lines.",
    ]);
  });

  it("explains its commands", async () => {
    const [, all, one] = answers(await debugText("x = 1\n", ["help", "help tb"]));
    for (const name of ["continue", "tbreak", "undisplay", "source", "set", "!"]) {
      expect(all).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
    expect(one).toMatch(/^tbreak, tb {2}LOCATION \[if CONDITION\]\n {2}stop there once\n {2}LOCATION is /);
  });

  it("tells on demand what runs the program and how its locals are read", async () => {
    const { stdout } = await debugText("x = 1\n", ["q"], "-v");
    expect(stdout).toMatch(
      /^wasm: MicroPython v1\.29\S* .*\(webassembly\), locals are read by the peek tier/,
    );
  });

  it("fails with a sentence where the program can't be started", async () => {
    const missing = await debug("missing.py", []);
    expect(missing).toMatchObject({
      status: 1,
      stderr: "slotscope debug: missing.py: no such file or folder\n",
    });
    const script = await runCli(["debug", "pid.py", "--commands", "missing.txt"], { cwd: programsFolder });
    expect(script).toMatchObject({
      status: 1,
      stderr: "slotscope debug: missing.txt: no such file or folder\n",
    });
    const two = await runCli(["debug", "--port", "a0", "--micropython", "x", "pid.py"], {
      cwd: programsFolder,
    });
    expect(two).toMatchObject({ status: 2, stdout: "" });
    expect(two.stderr).toContain("--port and --micropython exclude each other");
    const none = await runCli(["debug"]);
    expect(none).toMatchObject({ status: 2, stdout: "" });
    const heap = await runCli(["debug", "--heap", "12", "pid.py"], { cwd: programsFolder });
    expect(heap).toMatchObject({ status: 1, stdout: "" });
    expect(heap.stderr).toContain("heapSize");
    for (const [command, ...args] of [["debug", "pid.py"], ["dap"]]) {
      const path = await runCli([command ?? "", "--micropython", "/nowhere/micropython", ...args], {
        cwd: programsFolder,
      });
      expect(path).toMatchObject({ status: 1, stdout: "" });
      expect(path.stderr).toMatch(
        /^slotscope \w+: \/nowhere\/micropython can't be run: .* Check the path\.\n$/,
      );
    }
    const other = await runCli(["debug", "--micropython", process.execPath, "pid.py"], {
      cwd: programsFolder,
    });
    expect(other.stderr).toMatch(/ is no MicroPython that can be used: it said ".*"\.\n$/);
  });

  it("keeps no history of scripts", async () => {
    await debug("pid.py", ["quit"]);
    expect(await readdir(folder)).not.toContain("slotscope");
  });
});

import { afterEach, describe, expect, it } from "vitest";
import type { Debugger, DebuggerEvent, LaunchOptions, Variable } from "../../src/debugger/types.js";
import { copyFolder, fixture, makeFolder, type Program, program } from "../support/programs.js";
import { localsOf, textOf, variable, Witness } from "../support/witness.js";

/** Makes a debugger over the target under test. */
export type OpenDebugger = () => Debugger;

const first = (debug: Debugger) => debug.frame(0);

const lineOf = (debug: Debugger) => debug.snapshot?.frames[0]?.line;

async function evaluate(debug: Debugger, text: string, frame = 0): Promise<string | undefined> {
  const { value } = await debug.evaluate(text, frame, "inspect");
  return value && textOf(value);
}

async function items(
  debug: Debugger,
  parent: Variable,
  start = 0,
  count = 100,
): Promise<readonly Variable[]> {
  if (!parent.children) throw new Error(`${parent.name} has no children`);
  return (await debug.expand(parent.children, { start, count })).items;
}

/** Declares a sentence if it applies to the target; one that doesn't is none that was skipped. */
const itWhere = (applies: boolean): ((name: string, test: () => Promise<void>) => void) =>
  applies ? it : () => undefined;

/** What a target has of what not every one can have. */
export interface TargetTraits {
  /** A pause stops a loop that calls nothing. Default true. */
  readonly interruptsRunningCode?: boolean;
  /** A launch chooses its heap and its environment. Default true. */
  readonly isProcess?: boolean;
  /** How deep Python functions may call each other, at least. Default 60. */
  readonly callDepth?: number;
}

/**
 * What every target must do for the debugger core, over the real thing. The same sentences run for each target.
 */
export function testDebugger(
  name: string,
  open: OpenDebugger,
  { interruptsRunningCode = true, isProcess = true, callDepth = 60 }: TargetTraits = {},
): void {
  describe(`the debugger over ${name}`, () => {
    const opened: Debugger[] = [];
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((debug) => debug.close()));
    });

    function start(): { debug: Debugger; witness: Witness } {
      const debug = open();
      opened.push(debug);
      return { debug, witness: new Witness(debug) };
    }

    /** Runs a program of this package's tests until it says that it is ready. */
    async function runToReady(name: string): Promise<{ debug: Debugger; witness: Witness }> {
      const { debug, witness } = start();
      await debug.launch({ program: program(name).path });
      await debug.run();
      await witness.until(
        () => (witness.output.includes("ready") ? true : undefined),
        "the program to be ready",
      );
      return { debug, witness };
    }

    /** Runs a program to its first stop at one of the markers. */
    async function stopAt(
      file: Program,
      markers: readonly string[],
      options: Partial<LaunchOptions> = {},
    ): Promise<{ debug: Debugger; witness: Witness }> {
      const { debug, witness } = start();
      await debug.launch({ program: file.path, ...options });
      const set = await debug.setBreakpoints(
        file.path,
        markers.map((marker) => ({ line: file.line(marker) })),
      );
      expect(set.map(({ verified, message }) => ({ verified, message }))).toEqual(
        markers.map(() => ({ verified: true, message: undefined })),
      );
      await debug.run();
      await witness.nextStop();
      return { debug, witness };
    }

    describe("stops", () => {
      it("at a breakpoint, with every local named and in the order of slots", async () => {
        const file = fixture("tricky_names.py");
        const { debug } = await stopAt(file, ["star_swap"]);
        const frame = await first(debug);
        expect(debug.snapshot).toMatchObject({ reason: "breakpoint", stop: 1, depth: 3 });
        expect(frame).toMatchObject({ name: "star_swap", path: file.path, line: file.line("star_swap") });
        expect(frame.locals.map(({ name, slot, kind }) => ({ name, slot, kind }))).toEqual([
          { name: "first", slot: 0, kind: "parameter" },
          { name: "third", slot: 1, kind: "parameter" },
          { name: "second", slot: 2, kind: "parameter" },
          { name: "rest", slot: 3, kind: "parameter" },
          { name: "options", slot: 4, kind: "parameter" },
          { name: "total", slot: 5, kind: "local" },
        ]);
        expect(localsOf(frame)).toEqual({
          first: "1",
          third: "7",
          second: "2",
          rest: "(10, 20)",
          options: "{'colour': 'red'}",
          total: "41",
        });
      });

      it("inside of nested closures, with captured names among the free variables", async () => {
        const { debug } = await stopAt(fixture("tricky_names.py"), ["innermost"]);
        const frame = await first(debug);
        expect(frame.locals.map(({ name }) => name)).toEqual(["epsilon"]);
        expect(Object.fromEntries(frame.freeVariables.map((free) => [free.name, textOf(free)]))).toEqual({
          alpha: "1",
          also_shared: "7",
          gamma: "10",
        });
        const caller = await debug.frame(1);
        expect(caller.name).toBe("inner");
        expect(localsOf(caller)).toMatchObject({ gamma: "10", delta: "20", shared: "2" });
      });

      it("on entry, in module code, whose locals are its globals", async () => {
        const { debug, witness } = start();
        await debug.launch({ program: program("shapes.py").path, stopOnEntry: true });
        await debug.run();
        const snapshot = await witness.nextStop();
        expect(snapshot.reason).toBe("entry");
        const frame = await first(debug);
        expect(frame).toMatchObject({ name: "<module>", isModule: true, locals: [] });
      });

      it("once for each round of a loop, also of one that stands on one line", async () => {
        const { file } = makeFolder({
          "loops.py": [
            "def run():",
            "    n = 0",
            "    while n < 3:",
            "        n += 1  # @body",
            "    m = 0",
            "    for i in [1, 2]: m += i  # @one_line",
            "    while m: m -= 1  # @one_line_while",
            "    return n, m",
            "print(run())",
            "",
          ].join("\n"),
        });
        const loops = file("loops.py");
        const { debug, witness } = await stopAt(loops, ["body", "one_line", "one_line_while"]);
        const lines: number[] = [];
        while (debug.phase === "stopped") {
          lines.push(debug.snapshot?.frames[0]?.line ?? 0);
          await debug.continue();
          await witness.until(
            () => (debug.phase === "running" ? undefined : debug.phase),
            "a stop or the end",
          );
        }
        const times = (marker: string) => lines.filter((line) => line === loops.line(marker)).length;
        expect({ body: times("body"), while: times("one_line_while") }).toEqual({ body: 3, while: 3 });
        expect(times("one_line")).toBeGreaterThanOrEqual(2);
        expect(witness.output).toMatch(/^\(3, 0\)\r?\n$/);
      });

      it("at breakpoint() in the program", async () => {
        const { file } = makeFolder({
          "here.py": "def f():\n    x = 41\n    breakpoint()\n    return x + 1  # @after\nprint(f())\n",
        });
        const { debug, witness } = start();
        await debug.launch({ program: file("here.py").path });
        await debug.run();
        const snapshot = await witness.nextStop();
        expect(snapshot.reason).toBe("breakpoint()");
        expect(localsOf(await first(debug))).toEqual({ x: "41" });
      });
    });

    describe("breakpoints", () => {
      it("move from lines without code to the next that can stop", async () => {
        const { debug } = start();
        const file = program("gaps.py");
        const [comment] = await debug.setBreakpoints(file.path, [{ line: file.line("comment") }]);
        expect(comment).toMatchObject({ verified: true, line: file.line("comment") + 1 });
      });

      it("are refused in files that don't exist or don't compile", async () => {
        const { debug } = start();
        const { folder, file } = makeFolder({ "bad.py": "x = (1\n" });
        const [missing] = await debug.setBreakpoints(`${folder}/none.py`, [{ line: 1 }]);
        expect(missing).toMatchObject({ verified: false, message: expect.stringMatching(/no such file/) });
        const [bad] = await debug.setBreakpoints(file("bad.py").path, [{ line: 1 }]);
        expect(bad).toMatchObject({ verified: false, message: expect.stringMatching(/SyntaxError/) });
      });

      it("stop only where their condition is true", async () => {
        const file = program("shapes.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.setBreakpoints(file.path, [
          { line: file.line("loop"), condition: "doubled == 4 and len(items) == 3" },
        ]);
        await debug.run();
        await witness.nextStop();
        expect(localsOf(await first(debug))).toMatchObject({ item: "2", doubled: "4" });
        await debug.continue();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "returned", status: 0 } });
      });

      it("tell of a condition that doesn't compile, and of one that fails", async () => {
        const file = program("shapes.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        const [broken] = await debug.setBreakpoints(file.path, [
          { line: file.line("loop"), condition: "1 +" },
        ]);
        expect(broken).toMatchObject({
          verified: false,
          message: expect.stringMatching(/SyntaxError: invalid syntax/),
        });
        await debug.setBreakpoints(file.path, [{ line: file.line("loop"), condition: "item.missing" }]);
        await debug.run();
        const told = await witness.until(
          () =>
            witness.events.find(
              (event): event is Extract<DebuggerEvent, { kind: "log" | "notice" }> =>
                (event.kind === "log" || event.kind === "notice") && /AttributeError/.test(event.text),
            ),
          "word of the failed condition",
        );
        expect(told.text).toMatch(/missing/);
      });

      it("count hits", async () => {
        const file = program("shapes.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.setBreakpoints(file.path, [{ line: file.line("loop"), hitCondition: "% 2" }]);
        await debug.run();
        await witness.nextStop();
        expect(localsOf(await first(debug))).toMatchObject({ item: "2" });
        await debug.continue();
        await witness.next("ended");
      });

      it("log without stopping", async () => {
        const file = program("shapes.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.setBreakpoints(file.path, [
          { line: file.line("loop"), logMessage: "item {item} -> {{{doubled * 10}}}" },
        ]);
        await debug.run();
        await witness.next("ended");
        expect(witness.all("log").map(({ text }) => text)).toEqual([
          "item 1 -> {20}",
          "item 2 -> {40}",
          "item 3 -> {60}",
        ]);
        expect(witness.all("stopped")).toEqual([]);
      });

      it("can be set and cleared while stopped, also in a function that is already running", async () => {
        const file = program("shapes.py");
        const { debug, witness } = await stopAt(file, ["loop"]);
        await debug.setBreakpoints(file.path, [{ line: file.line("end") }]);
        await debug.continue();
        const snapshot = await witness.nextStop();
        expect(snapshot.frames[0]?.line).toBe(file.line("end"));
        await debug.setBreakpoints(file.path, []);
        await debug.continue();
        await witness.next("ended");
      });

      it("can be set while the program runs", async () => {
        const file = program("endless.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.run();
        await witness.until(
          () => (witness.output.includes("ready") ? true : undefined),
          "the program to be ready",
        );
        await debug.setBreakpoints(file.path, [{ line: file.line("tick") }]);
        const snapshot = await witness.nextStop();
        expect(snapshot.frames[0]).toMatchObject({ name: "tick", line: file.line("tick") });
      });

      it("stop in modules of a package", async () => {
        const station = copyFolder(fixture("station/main.py").folder);
        const main = station.file("main.py");
        const filters = station.file("filters.py");
        const { debug, witness } = start();
        await debug.launch({ program: main.path });
        await debug.setBreakpoints(filters.path, [{ line: filters.line("median") }]);
        await debug.run();
        const snapshot = await witness.nextStop();
        expect(snapshot.frames[0]).toMatchObject({ path: filters.path, line: filters.line("median") });
      });
    });

    describe("steps", () => {
      it("over, into and out of a call", async () => {
        const file = program("shapes.py");
        const { debug, witness } = await stopAt(file, ["call"]);
        await debug.step("in");
        expect((await witness.nextStop()).frames[0]).toMatchObject({ name: "area" });
        await debug.step("next");
        await witness.nextStop();
        expect(lineOf(debug)).toBe(file.line("area"));
        expect(localsOf(await first(debug))).toMatchObject({ result: "10" });
        await debug.step("out");
        const back = await witness.nextStop();
        expect(back).toMatchObject({ reason: "step", frames: [{ name: "work" }, { name: "<module>" }] });
        await debug.setBreakpoints(file.path, [{ line: file.line("comprehension") }]);
        if (lineOf(debug) !== file.line("comprehension")) {
          await debug.continue();
          await witness.nextStop();
        }
        await debug.step("next");
        await witness.nextStop();
        expect(debug.snapshot?.frames[0]?.name).toBe("work");
        expect(lineOf(debug)).toBeGreaterThan(file.line("comprehension"));
      });

      it("stay out of libraries, unless asked into them", async () => {
        const { file, folder } = makeFolder({
          "main.py": "import helper\nx = helper.double(2)  # @call\nprint(x)\n",
          "lib/helper.py": "def double(n):\n    result = n * 2\n    return result\n",
        });
        const main = file("main.py");
        const over = await stopAt(main, ["call"]);
        await over.debug.step("in");
        const stayed = await over.witness.nextStop();
        expect(stayed.frames[0]).toMatchObject({ path: main.path, line: main.line("call") + 1 });
        await over.debug.close();
        const into = await stopAt(main, ["call"], { justMyCode: false });
        await into.debug.step("in");
        const entered = await into.witness.nextStop();
        expect(entered.frames[0]).toMatchObject({
          path: `${folder}/lib/helper.py`,
          name: "double",
          origin: "library",
        });
      });

      it("from the last line to the end of the program", async () => {
        const { file } = makeFolder({ "short.py": "x = 1\ny = 2  # @last\n" });
        const { debug, witness } = await stopAt(file("short.py"), ["last"]);
        await debug.step("next");
        expect(await witness.next("ended")).toMatchObject({ end: { how: "returned" } });
      });
    });

    describe("values", () => {
      it("of every type are shown, bounded, whatever their repr does", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["shapes"]);
        const frame = await first(debug);
        const values = localsOf(frame);
        expect(values).toMatchObject({
          integer: "12345678901234567890",
          real: "1.5",
          pair: "(1, 'two')",
          nothing: "None",
          point: "Point(x=5, y=6)",
          changeable: "bytearray(b'abc')",
        });
        expect(values["long_text"]?.length).toBeLessThan(1000);
        expect(values["numbers"]?.length).toBeLessThan(1000);
        expect(values["broken"]).toMatch(/repr failed/);
        const type = (name: string) => {
          const { value } = variable(frame.locals, name);
          return value.kind === "value" ? value.type : value.kind;
        };
        expect(["integer", "real", "text", "numbers", "table", "box", "generator"].map(type)).toEqual([
          "int",
          "float",
          "str",
          "list",
          "dict",
          "Box",
          "generator",
        ]);
      });

      it("open up to their parts, page by page, however deep", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["shapes"]);
        const { locals } = await first(debug);
        const numbers = variable(locals, "numbers");
        expect(numbers.children).toMatchObject({ indexed: 250 });
        const page = await items(debug, numbers, 100, 50);
        expect(page).toHaveLength(50);
        expect(page[0] && textOf(page[0])).toBe("100");
        const box = await items(debug, variable(locals, "box"));
        const inside = box.find((child) => child.name === "inside");
        if (!inside) throw new Error("no inside");
        const [, deeper] = await items(debug, inside);
        if (!deeper) throw new Error("no deeper");
        expect(deeper.evaluateName).toBe("box.inside[1]");
        const [deepest] = await items(debug, deeper);
        expect(deepest && textOf(deepest)).toBe("(3, {4, 5})");
        expect(deepest?.evaluateName).toBe("box.inside[1]['deep']");
        expect(await evaluate(debug, deepest?.evaluateName ?? "")).toBe("(3, {4, 5})");
        const circle = variable(locals, "circle");
        const [, self] = await items(debug, circle);
        expect(self?.children).toBeDefined();
      });

      it("of a generator that waits are its locals by name, in the order of slots", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["shapes"]);
        const { locals } = await first(debug);
        const inside = await items(debug, variable(locals, "generator"));
        expect(inside.map((child) => [child.name, child.slot, textOf(child)])).toEqual([
          ["limit", 0, "3"],
          ["n", 1, "0"],
        ]);
      });

      it("that are void after running on are refused", async () => {
        const { debug, witness } = await stopAt(program("shapes.py"), ["shapes", "loop"]);
        const numbers = variable((await first(debug)).locals, "numbers");
        await debug.continue();
        await witness.nextStop();
        await expect(items(debug, numbers)).rejects.toMatchObject({ kind: "stale" });
      });

      it("of locals without a value are shown as unbound", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["end"]);
        expect(variable((await first(debug)).locals, "unset").value).toEqual({ kind: "unbound" });
        await expect(evaluate(debug, "unset")).rejects.toThrow(/NameError.*unset|unset.*NameError|unset/);
      });

      it("have an expression that gives them again, wherever they are", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["shapes"]);
        const met: string[] = [];
        const walk = async (list: readonly Variable[], depth: number): Promise<void> => {
          for (const item of list) {
            if (item.evaluateName === undefined || item.value.kind !== "value") continue;
            const shown = item.value.text.replace(/\.\.\.$/, "");
            const again = await evaluate(debug, item.evaluateName);
            // An evaluation shows more of a long value than a list does.
            expect({ expression: item.evaluateName, text: again?.slice(0, shown.length) }).toEqual({
              expression: item.evaluateName,
              text: shown,
            });
            met.push(item.evaluateName);
            if (depth > 0 && item.children) await walk(await items(debug, item, 0, 5), depth - 1);
          }
        };
        await walk((await first(debug)).locals, 2);
        expect(met).toEqual(
          expect.arrayContaining([
            "real",
            "numbers[4]",
            "table['a']",
            "table[2]",
            "box.width",
            "box.inside[1]",
            "point[0]",
          ]),
        );
      });

      it("of globals can be paged", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["loop"]);
        const { items: globals, total } = await debug.globals(0, { start: 0, count: 100 });
        expect(globals.map(({ name }) => name)).toEqual(
          expect.arrayContaining(["Point", "Box", "counter", "work"]),
        );
        expect(total).toBe(globals.length);
      });
    });

    describe("code of the user's in a frame", () => {
      it("sees the frame's locals, also in comprehensions and lambdas", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["loop"]);
        expect(await evaluate(debug, "doubled + counter")).toBe("2");
        expect(await evaluate(debug, "[i * item for i in items]")).toBe("[1, 2, 3]");
        expect(await evaluate(debug, "(lambda k: k + doubled)(40)")).toBe("42");
        expect(await evaluate(debug, "sum(x for x in items if x > item)")).toBe("5");
      });

      it("sees captured names", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["closure"]);
        expect(await evaluate(debug, "(before, total, amount, step)")).toBe("(10, 12, 1, 2)");
      });

      it("assigns locals by a walrus and at the console", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["loop"]);
        expect(await evaluate(debug, "(item := 70) + 1")).toBe("71");
        expect(localsOf(await first(debug))).toMatchObject({ item: "70" });
        const result = await debug.evaluate("doubled = 500\nitems.append(9)", 0, "console");
        expect(result).toEqual({ newGlobals: [] });
        expect(localsOf(await first(debug))).toMatchObject({ doubled: "500", items: "[1, 2, 3, 9]" });
      });

      it("makes globals of new names, and says so", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["loop"]);
        const { newGlobals } = await debug.evaluate("fresh = item + 100", 0, "console");
        expect(newGlobals).toEqual(["fresh"]);
        expect(await evaluate(debug, "fresh", 1)).toBe("101");
      });

      it("fails with its exception, and the session goes on", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["loop"]);
        await expect(evaluate(debug, "1 // 0")).rejects.toThrow(/ZeroDivisionError/);
        await expect(evaluate(debug, "1 +")).rejects.toThrow(/SyntaxError: invalid syntax/);
        await expect(evaluate(debug, "x = 1")).rejects.toMatchObject({ kind: "expressionInvalid" });
        expect(await evaluate(debug, "item")).toBe("1");
      });

      it("never takes a global for a local of an enclosing function", async () => {
        const { file } = makeFolder({
          "outer.py":
            "secret = 'global'\ndef outer():\n    secret = 'local'\n    def inner():\n        return 1  # @inner\n    return inner()\nouter()\n",
        });
        const { debug } = await stopAt(file("outer.py"), ["inner"]);
        await expect(evaluate(debug, "secret")).rejects.toThrow(/local of the enclosing function outer/);
        expect(await evaluate(debug, "secret", 1)).toBe("'local'");
      });
    });

    describe("assignment", () => {
      it("changes locals, and the program goes on with the new value", async () => {
        const file = program("shapes.py");
        const { debug, witness } = await stopAt(file, ["loop"]);
        const { assign } = variable((await first(debug)).locals, "doubled");
        if (!assign) throw new Error("not assignable");
        expect(textOf(await debug.assign(assign, "item + 41"))).toBe("42");
        await debug.setBreakpoints(file.path, []);
        await debug.continue();
        await witness.next("ended");
        expect(witness.output).toContain("[42, 4, 6]");
      });

      it("changes entries of containers of each kind, and refuses those that never change", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["shapes"]);
        const set = async (name: string, child: string, text: string) => {
          const parent = variable((await first(debug)).locals, name);
          const { assign } = variable(await items(debug, parent), child);
          if (!assign) throw new Error(`${name} ${child} can't be assigned to`);
          await debug.assign(assign, text);
          return await evaluate(debug, name);
        };
        await set("table", "'a'", "'new'");
        expect(await evaluate(debug, "table['a']")).toBe("'new'");
        await set("table", "(4, 5)", "6");
        expect(await evaluate(debug, "table[4, 5]")).toBe("6");
        expect(await set("changeable", "1", "66")).toBe("bytearray(b'aBc')");
        await set("box", "width", "integer - integer");
        expect(await evaluate(debug, "box.width")).toBe("0");
        await expect(set("pair", "0", "9")).rejects.toThrow(/can't be assigned/);
        await expect(set("some", "0", "9")).rejects.toThrow(/can't be assigned/);
      });

      it("changes cells, free variables, globals, items and attributes", async () => {
        const { debug } = await stopAt(program("shapes.py"), ["closure"]);
        const { assign } = variable((await first(debug)).freeVariables, "total");
        if (!assign) throw new Error("not assignable");
        await debug.assign(assign, "1000");
        expect(localsOf(await first(debug))).toMatchObject({ total: "1000" });
        await debug.assignExpression("counter", "77", 0);
        expect(await evaluate(debug, "counter")).toBe("77");
        await debug.assignExpression("items[1]", "'changed'", 1);
        expect(localsOf(await debug.frame(1))).toMatchObject({ items: "[1, 'changed', 3]" });
        const list = variable((await debug.frame(1)).locals, "items");
        const [child] = await items(debug, list);
        if (!child?.assign) throw new Error("not assignable");
        await debug.assign(child.assign, "-1");
        expect(localsOf(await debug.frame(1))).toMatchObject({ items: "[-1, 'changed', 3]" });
        await expect(debug.assignExpression("1 + 1", "2", 0)).rejects.toMatchObject({
          kind: "notAssignable",
        });
      });
    });

    describe("exceptions", () => {
      it("that nothing handles stop where they are raised, with the frames alive", async () => {
        const file = program("errors.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.run();
        const snapshot = await witness.nextStop();
        expect(snapshot).toMatchObject({
          reason: "exception",
          exception: { type: "Failure", caught: false },
        });
        expect(snapshot.frames[0]).toMatchObject({ name: "fail", line: file.line("raise") });
        expect(localsOf(await first(debug))).toMatchObject({ detail: "[3]" });
        await debug.continue();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "exception", status: 1 } });
        expect(witness.output).toMatch(/Traceback[\s\S]*Failure/);
      });

      it("stop where they are raised if that is asked for, also those that are handled", async () => {
        const file = program("errors.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.setExceptionFilter({ raised: true, uncaught: true });
        await debug.run();
        const snapshot = await witness.nextStop();
        expect(snapshot).toMatchObject({ exception: { type: "ZeroDivisionError" } });
        expect(snapshot.frames[0]).toMatchObject({ name: "divide", line: file.line("divide") });
        await debug.continue();
        expect(await witness.nextStop()).toMatchObject({ exception: { type: "Failure" } });
      });

      it("don't stop if no filter is on", async () => {
        const { debug, witness } = start();
        await debug.launch({ program: program("errors.py").path });
        await debug.setExceptionFilter({ raised: false, uncaught: false });
        await debug.run();
        await witness.next("ended");
        expect(witness.all("stopped")).toEqual([]);
      });
    });

    describe("a program", () => {
      it("gets its arguments, and its exit status is told", async () => {
        const { debug, witness } = start();
        await debug.launch({ program: program("errors.py").path, args: ["exit"] });
        await debug.run();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "exit", status: 7 } });
        expect(witness.output).toContain("before");
      });

      it("sees the folder that it is given", async () => {
        const { folder } = makeFolder({
          "data.txt": "from the folder",
          "app/main.py": "print(open('data.txt').read())\n",
        });
        const { debug, witness } = start();
        await debug.launch({ program: "app/main.py", cwd: folder });
        await debug.run();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "returned" } });
        expect(witness.output).toMatch(/^from the folder\r?\n$/);
        const { debug: second } = start();
        await expect(
          second.launch({ program: "app/main.py", cwd: folder, heapSize: 5 }),
        ).rejects.toMatchObject({ kind: "badLaunch" });
        await expect(
          second.launch({ program: `${folder}/app/main.py`, cwd: `${folder}/none` }),
        ).rejects.toMatchObject({ kind: "badLaunch" });
      });

      itWhere(isProcess)("gets its environment, and the heap asked for", async () => {
        const { file } = makeFolder({
          "main.py": "import os, gc\nprint(os.getenv('PLACE'), gc.mem_free() + gc.mem_alloc() > 3000000)\n",
        });
        const { debug, witness } = start();
        await debug.launch({ program: file("main.py").path, env: { PLACE: "here" }, heapSize: 4 << 20 });
        await debug.run();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "returned" } });
        expect(witness.output).toMatch(/^here True\r?\n$/);
      });

      itWhere(!isProcess)("is refused an environment, and a heap", async () => {
        const file = program("shapes.py").path;
        await expect(start().debug.launch({ program: file, env: { PLACE: "here" } })).rejects.toMatchObject({
          kind: "badLaunch",
        });
        await expect(start().debug.launch({ program: file, heapSize: 4 << 20 })).rejects.toMatchObject({
          kind: "badLaunch",
        });
      });

      it("reads what is written to its standard input", async () => {
        const file = program("asks.py");
        const { debug, witness } = start();
        await debug.launch({ program: file.path });
        await debug.setBreakpoints(file.path, [{ line: file.line("asked") }]);
        await debug.run();
        await witness.until(() => (witness.output.includes("name? ") ? true : undefined), "the prompt");
        await debug.writeInput(new TextEncoder().encode("Ada\n"));
        await witness.nextStop();
        expect(localsOf(await first(debug))).toMatchObject({ name: "'Ada'" });
        await debug.continue();
        await witness.next("ended");
        expect(witness.output).toContain("hello Ada");
      });

      it("can be paused while it runs, and runs on", async () => {
        const { debug, witness } = await runToReady("endless.py");
        await debug.pause();
        const snapshot = await witness.nextStop();
        expect(snapshot.reason).toBe("pause");
        expect(snapshot.frames.map(({ name }) => name)).toContain("spin");
        await debug.continue();
        await debug.pause();
        expect((await witness.nextStop()).stop).toBe(2);
      });

      itWhere(interruptsRunningCode)("can be paused in a loop that calls nothing", async () => {
        const { debug, witness } = await runToReady("tight.py");
        await debug.pause();
        expect((await witness.nextStop()).frames[0]?.line).toBeGreaterThan(1);
        await debug.continue();
        await debug.pause();
        await witness.nextStop();
      });

      itWhere(interruptsRunningCode)("goes on in such a loop with what was set at the pause", async () => {
        const { debug, witness } = await runToReady("counting.py");
        await debug.pause();
        await witness.nextStop();
        expect(await evaluate(debug, "n")).toMatch(/^\d+$/);
        const { assign } = variable((await first(debug)).locals, "n");
        if (!assign) throw new Error("not assignable");
        expect(textOf(await debug.assign(assign, "-7"))).toBe("-7");
        await debug.continue();
        await witness.next("ended");
        expect(witness.output).toMatch(/left with -[67]\r?\n/);
      });

      it("can be ended in a loop that calls nothing", async () => {
        const { debug, witness } = await runToReady("tight.py");
        await debug.terminate();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "terminated" } });
      });

      it("starts again with the same breakpoints", async () => {
        const file = program("shapes.py");
        const { debug, witness } = await stopAt(file, ["closure"]);
        await debug.restart();
        const snapshot = await witness.nextStop();
        expect(snapshot.frames[0]).toMatchObject({ name: "add", line: file.line("closure") });
        expect(snapshot.stop).toBe(2);
      });

      it("that recurses deeply shows all frames, page by page", async () => {
        const depth = callDepth - 10;
        const args = [String(depth)];
        const { debug } = await stopAt(program("recursive.py"), ["bottom"], { args });
        expect(debug.snapshot?.depth).toBe(depth + 2);
        const frames = await debug.frames(0, 100);
        expect(frames).toHaveLength(depth + 2);
        expect(frames.map(({ index }) => index)).toEqual(frames.map((_, index) => index));
        const text = String(depth);
        expect(localsOf(await debug.frame(depth))).toEqual({ n: text, above: "0", here: text });
        await expect(debug.frame(depth + 2)).rejects.toMatchObject({ kind: "noSuchFrame" });
      });

      it("that is not debugged ends as it would otherwise, and reads its input", async () => {
        const { debug, witness } = start();
        await debug.launch({ program: program("errors.py").path, noDebug: true });
        await debug.run();
        expect(await witness.next("ended")).toMatchObject({
          end: { how: "exception", status: 1, exception: { type: "Failure" } },
        });
        expect(witness.output).toMatch(/before\r?\nTraceback[\s\S]*errors\.py[\s\S]*Failure/);
        const { debug: second, witness: other } = start();
        await second.launch({ program: program("asks.py").path, noDebug: true });
        await second.run();
        await other.until(() => (other.output.includes("name? ") ? true : undefined), "the prompt");
        await expect(second.pause()).rejects.toMatchObject({ kind: "debuggingUnsupported" });
        await second.writeInput(new TextEncoder().encode("Ada\n"));
        await other.next("ended");
        expect(other.output).toContain("hello Ada");
      });

      it("runs without stopping when it is not to be debugged", async () => {
        const file = program("shapes.py");
        const { debug, witness } = start();
        await debug.setBreakpoints(file.path, [{ line: file.line("loop") }]);
        await debug.launch({ program: file.path, noDebug: true, stopOnEntry: true });
        await debug.run();
        expect(await witness.next("ended")).toMatchObject({ end: { how: "returned", status: 0 } });
        expect(witness.all("stopped")).toEqual([]);
        expect(witness.output).toContain("[2, 4, 6]");
      });
    });

    describe("names", () => {
      const before =
        "def f(a):\n    first = a\n    second = a + 1\n    return second  # @stop\nwhile True:\n    f(1)\n";

      it("are those of the text that runs, when the file was edited after it was loaded", async () => {
        const { file, write } = makeFolder({ "edited.py": before });
        const original = file("edited.py");
        const { debug, witness } = await stopAt(original, ["stop"]);
        write(
          "edited.py",
          before.replace("    first = a\n", "    zero = 0\n    other = a\n    first = other\n"),
        );
        await debug.continue();
        await witness.nextStop();
        expect(localsOf(await first(debug))).toEqual({ a: "1", first: "1", second: "2" });
        const [late] = await debug.setBreakpoints(original.path, [{ line: 2 }]);
        expect(late).toMatchObject({
          verified: false,
          message: expect.stringMatching(/changed after the program loaded it/),
        });
      });

      it("are not given when the code that runs is not the text on this computer", async () => {
        const { file, write } = makeFolder({
          "replaced.py":
            "def f(a):\n    b = a\n    breakpoint()\n    return b\nprint('ready')\ninput()\nf(1)\n",
        });
        const path = file("replaced.py").path;
        const { debug, witness } = start();
        await debug.launch({ program: path });
        await debug.run();
        await witness.until(
          () => (witness.output.includes("ready") ? true : undefined),
          "the program to be ready",
        );
        write(
          "replaced.py",
          "def f(a):\n    wrong = a\n    c = 1\n    breakpoint()\n    return c\ninput()\nf(1)\n",
        );
        await debug.writeInput(new TextEncoder().encode("\n"));
        await witness.nextStop();
        const frame = await first(debug);
        expect(frame.unnamed).toMatch(/not the text of/);
        expect(frame.locals.filter(({ name }) => !/^slot \d+$/.test(name))).toEqual([]);
        await expect(evaluate(debug, "b")).rejects.toMatchObject({ kind: "unnamedFrame" });
        const notices = witness.all("notice").map(({ text }) => text);
        expect(notices.filter((text) => !/^(Copied|Removed)/.test(text))).toEqual([
          expect.stringMatching(/not the text of/),
        ]);
      });
    });

    describe("requests out of order", () => {
      it("are refused with what to do, and do no harm", async () => {
        const { debug, witness } = start();
        await expect(debug.continue()).rejects.toMatchObject({ kind: "notLaunched" });
        await expect(debug.frames(0, 1)).rejects.toMatchObject({ kind: "notLaunched" });
        await expect(debug.launch({ program: "/nowhere/none.py" })).rejects.toMatchObject({
          kind: "programMissing",
        });
        await debug.launch({ program: program("shapes.py").path });
        await expect(debug.launch({ program: program("shapes.py").path })).rejects.toMatchObject({
          kind: "alreadyLaunched",
        });
        await expect(debug.continue()).rejects.toMatchObject({ kind: "notStopped" });
        await debug.run();
        await expect(debug.run()).rejects.toMatchObject({ kind: "notStopped" });
        await witness.next("ended");
        await expect(debug.continue()).rejects.toMatchObject({ kind: "ended" });
      });

      it("don't matter to closing: it ends whatever there is, at any time", async () => {
        const { debug } = start();
        const launching = debug.launch({ program: program("tight.py").path });
        await debug.close();
        await expect(launching).rejects.toMatchObject({ kind: "ended" });
        await debug.close();
      });
    });
  });
}

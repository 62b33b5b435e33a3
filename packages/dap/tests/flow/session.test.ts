import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import { startClient, type TestClient } from "../support/dap-client.js";
import { fixture, makeFolder, type Program, program } from "../support/programs.js";

/** Launches a program with breakpoints at markers, and waits for the first stop. */
async function stopAt(
  file: Program,
  markers: readonly string[],
  launch: object = {},
): Promise<{ client: TestClient; breakpoints: DebugProtocol.Breakpoint[] }> {
  const client = await startClient();
  await client.launchRequest({ program: file.path, ...launch } as DebugProtocol.LaunchRequestArguments);
  await client.next("initialized");
  const { body } = await client.setBreakpointsRequest({
    source: { path: file.path },
    breakpoints: markers.map((marker) => ({ line: file.line(marker) })),
  });
  await client.setExceptionBreakpointsRequest({ filters: ["uncaught"] });
  await client.configurationDoneRequest();
  await client.next("stopped");
  return { client, breakpoints: body.breakpoints };
}

async function stack(client: TestClient, page: Partial<DebugProtocol.StackTraceArguments> = {}) {
  return (await client.stackTraceRequest({ threadId: 1, ...page })).body;
}

async function scopesOf(client: TestClient, level = 0) {
  const frame = (await stack(client)).stackFrames[level];
  if (!frame) throw new Error(`no frame ${level}`);
  const { scopes } = (await client.scopesRequest({ frameId: frame.id })).body;
  return { frame, scopes };
}

async function variablesOf(client: TestClient, scopeName: string, level = 0) {
  const { scopes } = await scopesOf(client, level);
  const scope = scopes.find(({ name }) => name === scopeName);
  if (!scope) throw new Error(`no scope ${scopeName} among ${scopes.map(({ name }) => name).join(", ")}`);
  const { variables } = (await client.variablesRequest({ variablesReference: scope.variablesReference }))
    .body;
  return { scope, variables };
}

const valuesOf = (variables: readonly DebugProtocol.Variable[]) =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

describe("a session in an editor", () => {
  it("stops at a breakpoint and shows frames, scopes and named variables", async () => {
    const file = fixture("pid.py");
    const { client, breakpoints } = await stopAt(file, ["output"]);
    expect(breakpoints).toMatchObject([
      { verified: true, line: file.line("output"), id: expect.any(Number) },
    ]);
    expect(client.events.find(({ event }) => event === "stopped")?.body).toMatchObject({
      reason: "breakpoint",
      threadId: 1,
      allThreadsStopped: true,
      hitBreakpointIds: [breakpoints[0]?.id],
    });
    const { stackFrames, totalFrames } = await stack(client);
    expect(totalFrames).toBe(3);
    expect(stackFrames.map(({ name, line, source }) => ({ name, line, path: source?.path }))).toEqual([
      { name: "step", line: file.line("output"), path: file.path },
      { name: "main", line: file.line("loop") - 1, path: file.path },
      { name: "<module>", line: expect.any(Number), path: file.path },
    ]);
    const { scopes } = await scopesOf(client);
    expect(scopes.map(({ name, expensive }) => ({ name, expensive }))).toEqual([
      { name: "Locals", expensive: false },
      { name: "Free variables", expensive: false },
      { name: "Globals", expensive: true },
    ]);
    const { variables } = await variablesOf(client, "Locals");
    expect(variables.map(({ name }) => name)).toEqual([
      "measured",
      "dt",
      "error",
      "slope",
      "candidate",
      "output",
      "bounded",
    ]);
    expect(variables[0]).toMatchObject({
      name: "measured",
      value: "21.0",
      evaluateName: "measured",
      type: expect.stringMatching(/^float \(slot \d+\)$/),
    });
    expect(variables.at(-1)).toMatchObject({ name: "bounded", value: "<unbound>" });
    expect(valuesOf((await variablesOf(client, "Free variables")).variables)).toMatchObject({
      kp: "6.0",
      setpoint: "60",
    });
    expect(valuesOf((await variablesOf(client, "Globals")).variables)).toHaveProperty("make_pid");
  });

  it("pages the stack", async () => {
    const { client } = await stopAt(program("recursive.py"), ["bottom"]);
    const all = await stack(client);
    expect(all.totalFrames).toBe(62);
    const page = await stack(client, { startFrame: 30, levels: 5 });
    expect(page.stackFrames).toHaveLength(5);
    expect(page.stackFrames[0]?.line).toBe(all.stackFrames[30]?.line);
  });

  it("pages and nests the children of values", async () => {
    const { client } = await stopAt(program("shapes.py"), ["shapes"]);
    const { variables } = await variablesOf(client, "Locals");
    const numbers = variables.find(({ name }) => name === "numbers");
    expect(numbers).toMatchObject({ indexedVariables: 250 });
    const page = await client.variablesRequest({
      variablesReference: numbers?.variablesReference ?? 0,
      filter: "indexed",
      start: 200,
      count: 10,
    });
    expect(page.body.variables.map(({ value }) => value)).toEqual(
      Array.from({ length: 10 }, (_, i) => String(200 + i)),
    );
    const box = variables.find(({ name }) => name === "box");
    const inside = await client.variablesRequest({ variablesReference: box?.variablesReference ?? 0 });
    expect(valuesOf(inside.body.variables)).toMatchObject({ width: "3", height: "4" });
  });

  it("lists globals and attributes by name, data before code", async () => {
    const { client } = await stopAt(program("shapes.py"), ["call"]);
    const { variables } = await variablesOf(client, "Globals");
    expect(variables.map(({ name }) => name)).toEqual(
      "counter count_up make_counter namedtuple show work Box Broken OrderedDict Point __doc__ __file__ __name__".split(
        " ",
      ),
    );
    const locals = await variablesOf(client, "Locals");
    const box = locals.variables.find(({ name }) => name === "box");
    const { body } = await client.variablesRequest({ variablesReference: box?.variablesReference ?? 0 });
    expect(body.variables.map(({ name }) => name)).toEqual(["height", "inside", "width", "__class__"]);
  });

  it("steps over, in and out", async () => {
    const file = program("shapes.py");
    const { client } = await stopAt(file, ["call"]);
    await client.stepInRequest({ threadId: 1 });
    const inside = await client.next("stopped");
    expect(inside.body.reason).toBe("step");
    expect((await stack(client)).stackFrames[0]?.name).toBe("area");
    await client.nextRequest({ threadId: 1 });
    await client.next("stopped");
    await client.stepOutRequest({ threadId: 1 });
    await client.next("stopped");
    expect((await stack(client)).stackFrames[0]?.name).toBe("work");
  });

  it("sets variables, by name and by expression, and tells that others may have changed", async () => {
    const file = program("shapes.py");
    const { client } = await stopAt(file, ["loop"]);
    const { scope } = await variablesOf(client, "Locals");
    const set = await client.setVariableRequest({
      variablesReference: scope.variablesReference,
      name: "doubled",
      value: "item + 41",
    });
    expect(set.body).toMatchObject({ value: "42", type: "int" });
    await client.next("invalidated");
    expect(valuesOf((await variablesOf(client, "Locals")).variables)).toMatchObject({ doubled: "42" });
    const { frame } = await scopesOf(client);
    const expression = await client.customRequest("setExpression", {
      expression: "items[0]",
      value: "'x'",
      frameId: frame.id,
    });
    expect(expression.body).toMatchObject({ value: "'x'" });
    expect(valuesOf((await variablesOf(client, "Locals")).variables)).toMatchObject({ items: "['x', 2, 3]" });
    await expect(
      client.setVariableRequest({
        variablesReference: scope.variablesReference,
        name: "nothing",
        value: "1",
      }),
    ).rejects.toThrow(/no variable `nothing`/);
  });

  it("evaluates watches, hovers and console input", async () => {
    const { client } = await stopAt(program("shapes.py"), ["loop"]);
    const { frame } = await scopesOf(client);
    const evaluate = async (expression: string, context: string) =>
      (await client.evaluateRequest({ expression, context, frameId: frame.id })).body;
    expect(await evaluate("items", "watch")).toMatchObject({
      result: "[1, 2, 3]",
      type: "list",
      indexedVariables: 3,
    });
    expect(await evaluate("doubled", "hover")).toMatchObject({ result: "2" });
    expect(await evaluate("extra = item + 1", "repl")).toMatchObject({ result: "" });
    expect(client.output("console")).toMatch(/`extra`: no local of this function/);
    expect(await evaluate("extra", "repl")).toMatchObject({ result: "2" });
    expect(await evaluate("None", "watch")).toMatchObject({ result: "None" });
    expect(await evaluate("print('from the console')", "repl")).toMatchObject({ result: "" });
    await client.until(
      () => (client.output("stdout").includes("from the console") ? true : undefined),
      "the printed line",
    );
    expect((await evaluate("'x' * 900", "clipboard")).result).toBe(`'${"x".repeat(900)}'`);
    expect((await evaluate("'x' * 90000", "watch")).result.length).toBeLessThan(1100);
    await expect(evaluate("extra = 1", "watch")).rejects.toThrow(/SyntaxError/);
    await expect(evaluate("nonsense", "watch")).rejects.toThrow(/NameError/);
  });

  it("completes names and attributes", async () => {
    const { client } = await stopAt(program("shapes.py"), ["area"]);
    const { frame } = await scopesOf(client);
    const complete = async (text: string) =>
      (
        await client.completionsRequest({ text, column: text.length + 1, frameId: frame.id })
      ).body.targets.map(({ label }) => label);
    expect(await complete("res")).toEqual(["result"]);
    expect(await complete("self.wi")).toEqual(["width"]);
    expect(await complete("coun")).toEqual(expect.arrayContaining(["counter", "count_up"]));
  });

  it("tells of exceptions, and of the program's end", async () => {
    const file = program("errors.py");
    const { client } = await stopAt(file, []);
    const stopped = client.events.find(({ event }) => event === "stopped");
    expect(stopped?.body).toMatchObject({ reason: "exception", text: expect.stringMatching(/^Failure/) });
    const info = (await client.exceptionInfoRequest({ threadId: 1 })).body;
    expect(info).toMatchObject({ exceptionId: "Failure", breakMode: "unhandled" });
    expect(info.details?.stackTrace).toMatch(/Traceback/);
    await client.continueRequest({ threadId: 1 });
    expect((await client.next("exited")).body).toEqual({ exitCode: 1 });
    await client.next("terminated");
    expect(client.output("stdout")).toMatch(/Traceback/);
  });

  it("logs at logpoints, with the place", async () => {
    const file = program("shapes.py");
    const client = await startClient();
    await client.launchRequest({ program: file.path } as DebugProtocol.LaunchRequestArguments);
    await client.setBreakpointsRequest({
      source: { path: file.path },
      breakpoints: [{ line: file.line("loop"), logMessage: "item {item}" }],
    });
    await client.configurationDoneRequest();
    await client.next("terminated");
    const logged = client.events.filter(
      ({ event, body }) => event === "output" && String(body.output).startsWith("item"),
    );
    expect(logged.map(({ body }) => body.output)).toEqual(["item 1\n", "item 2\n", "item 3\n"]);
    expect(logged[0]?.body).toMatchObject({
      category: "console",
      line: file.line("loop"),
      source: { path: file.path },
    });
  });

  it("knows where breakpoints can be", async () => {
    const file = program("gaps.py");
    const client = await startClient();
    const { body } = await client.customRequest("breakpointLocations", {
      source: { path: file.path },
      line: file.line("plain"),
      endLine: file.line("taken"),
    });
    const lines = (body.breakpoints as { line: number }[]).map(({ line }) => line);
    expect(lines).toContain(file.line("plain"));
    expect(lines).not.toContain(file.line("comment"));
  });

  it("restarts the program with its breakpoints", async () => {
    const file = program("shapes.py");
    const { client } = await stopAt(file, ["closure"]);
    await client.restartRequest({});
    await client.next("stopped");
    expect((await stack(client)).stackFrames[0]).toMatchObject({ name: "add", line: file.line("closure") });
    expect(client.events.filter(({ event }) => event === "terminated")).toEqual([]);
  });

  it("counts lines from 0 for a client that does", async () => {
    const file = program("shapes.py");
    const client = await startClient({ linesStartAt1: false });
    await client.launchRequest({ program: file.path } as DebugProtocol.LaunchRequestArguments);
    const { body } = await client.setBreakpointsRequest({
      source: { path: file.path },
      breakpoints: [{ line: file.line("loop") - 1 }],
    });
    expect(body.breakpoints[0]?.line).toBe(file.line("loop") - 1);
    await client.configurationDoneRequest();
    await client.next("stopped");
    expect((await stack(client)).stackFrames[0]?.line).toBe(file.line("loop") - 1);
  });

  it("feeds what is typed at the console to a program that reads it", async () => {
    const file = program("asks.py");
    const client = await startClient();
    await client.launchRequest({ program: file.path } as DebugProtocol.LaunchRequestArguments);
    await client.configurationDoneRequest();
    await client.until(() => (client.output("stdout").includes("name? ") ? true : undefined), "the prompt");
    await client.evaluateRequest({ expression: "Ada", context: "repl" });
    await client.next("terminated");
    expect(client.output("stdout")).toContain("hello Ada");
  });

  it("shows why names are missing when the running code is not the text", async () => {
    const text = "def f(a):\n    b = a\n    breakpoint()\n    return b\nprint('ready')\ninput()\nf(1)\n";
    const { file, write } = makeFolder({ "replaced.py": text });
    const client = await startClient();
    await client.launchRequest({ program: file("replaced.py").path } as DebugProtocol.LaunchRequestArguments);
    await client.configurationDoneRequest();
    await client.until(
      () => (client.output("stdout").includes("ready") ? true : undefined),
      "the program to be ready",
    );
    write("replaced.py", text.replace("    b = a", "    c = 1\n    b = a"));
    await client.evaluateRequest({ expression: "", context: "repl" });
    await client.next("stopped");
    const { variables } = await variablesOf(client, "Locals (names unknown)");
    expect(variables[0]).toMatchObject({
      name: "names unknown",
      value: expect.stringMatching(/not the text of/),
    });
    // Which slots hold objects is certain of parameters only.
    expect(variables.slice(1)).toMatchObject([{ name: "slot 0", value: "1" }]);
    expect(client.output("console")).toMatch(/not the text of/);
  });

  it("ends with the adapter when the client disconnects", async () => {
    const { client } = await stopAt(program("endless.py"), ["tick"]);
    await client.disconnectRequest({});
    expect(await client.exited).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";

const program = `
def f():
    a = [1, 2]
    b = 3  # @b
    return a  # @return

f()
print("over")
`;

describe("code of other clients", () => {
  it("runs while the program is stopped, in names of its own, and does not disturb it", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["b"] });
    await session.stop();
    const runner = session.guestRunner();
    expect(await runner.run("x = [i * i for i in range(4)]")).toBe("");
    expect(await runner.run("def twice(text):\n    return text + text\nresult = twice(str(x))")).toBe(
      "[0, 1, 4, 9][0, 1, 4, 9]",
    );
    expect(await runner.run("pass")).toBe("");
    expect((await session.resume("next")).locals).toEqual({ a: "[1, 2]", b: "3" });
    expect(await runner.run("result = str(x)")).toBe("[0, 1, 4, 9]");
    await session.finish();
    expect(session.output).toBe("over\n");
  });

  it("gives results of any length", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["b"] });
    await session.stop();
    const result = await session.guestRunner().run("result = '0123456789' * 800");
    expect(result).toBe("0123456789".repeat(800));
  });

  it("works on files", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["b"] });
    await session.stop();
    const runner = session.guestRunner();
    await runner.run("with open('made.txt', 'w') as file: file.write('by a guest')");
    expect(await runner.run("with open('made.txt') as file: result = file.read()")).toBe("by a guest");
  });

  it("that raises fails with its exception, and the next one runs", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["b"] });
    await session.stop();
    const runner = session.guestRunner();
    await expect(runner.run("open('nothing')")).rejects.toMatchObject({
      name: "AgentError",
      kind: "device-exception",
      exception: ["OSError", "[Errno 2] ENOENT", expect.stringContaining("OSError")],
    });
    await expect(runner.run("a = = 1")).rejects.toMatchObject({ message: "SyntaxError: invalid syntax" });
    expect(await runner.run("result = 'on'")).toBe("on");
  });

  it("is refused while the program runs", async () => {
    const session = await DebugSession.start("print(input('? '))\n");
    await session.printed("? ");
    await expect(session.guestRunner().run("result = 'x'")).rejects.toMatchObject({
      message: "the program is running",
    });
    await session.input("go\n");
    await session.end();
  });
});

import { describe, expect, it } from "vitest";
import { DebugSession } from "../support/debug-session.js";
import { interruptsRunningCode } from "../support/targets.js";

const program = `
import asyncio

async def producer(queue):
    for i in range(2):
        queue.append(i)  # @put
        await asyncio.sleep_ms(1)

async def fails():
    await asyncio.sleep_ms(1)
    raise ValueError("from a task")  # @raise

async def main():
    queue = []  # @m1
    task = asyncio.create_task(producer(queue))  # @m2
    await asyncio.sleep_ms(20)  # @m3
    await task  # @m4
    try:
        await asyncio.create_task(fails())  # @m5
    except ValueError as e:
        print("caught", e, queue)  # @m6
    return 1  # @m7

asyncio.run(main())  # @run
print("over")  # @over
`;

describe("an asyncio program", () => {
  it("is stepped through without stops in the event loop or in other tasks", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["m1"], myCode: ["main.py"] });
    const stop = await session.stop();
    expect(stop.place).toBe("main:m1");
    expect(stop.frames.at(-1)?.place).toBe("<module>:run");
    expect((await session.walk("nnnn")).join(" ")).toBe("main:m2 main:m3 main:m4 main:18");
    expect((await session.walk("nnnn")).join(" ")).toBe("main:m5 main:20 main:m6 main:m7");
    expect((await session.walk("n")).join(" ")).toBe("<module>:over");
    await session.finish();
    expect(session.output).toBe("caught from a task [0, 1]\nover\n");
  });

  it("stops at breakpoints in tasks, with the task's locals", async () => {
    const session = await DebugSession.start(program, { breakpoints: ["put"] });
    expect((await session.stop()).locals).toEqual({ queue: "[]", i: "0" });
    expect((await session.resume("continue")).locals).toEqual({ queue: "[0]", i: "1" });
    await session.finish();
  });

  it("does not stop at an exception that another task catches", async () => {
    const session = await DebugSession.start(program, { uncaught: true, myCode: ["main.py"] });
    await session.end();
    expect(session.output).toContain("over\n");
  });

  it("stops where an exception leaves asyncio.run that nobody caught", async () => {
    const session = await DebugSession.start(
      "import asyncio\n\nasync def main():\n    await asyncio.sleep_ms(1)\n    raise KeyError('lost')\n\nasyncio.run(main())  # @run\n",
      { uncaught: true, myCode: ["main.py"] },
    );
    const stop = await session.stop();
    expect(stop.place).toBe("<module>:run");
    expect(stop.message).toMatchObject({ reason: "exception", caught: false });
    expect(stop.message.exception?.[0]).toBe("KeyError");
    expect(stop.message.exception?.[2]).toContain('File "main.py", line 5, in main');
    await session.finish();
  });

  it.runIf(interruptsRunningCode)("can be paused while all tasks sleep", async () => {
    const session = await DebugSession.start(
      "import asyncio\n\nasync def main():\n    print('ready')\n    await asyncio.sleep(100)\n\nasyncio.run(main())  # @run\n",
      { myCode: ["main.py"] },
    );
    await session.printed("ready\n");
    await session.send({ t: "pause" });
    const stop = await session.stop();
    expect(stop.message.reason).toBe("pause");
    expect(stop.frames.at(-1)?.place).toBe("<module>:run");
  });
});

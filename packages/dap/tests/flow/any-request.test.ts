import { describe, expect, it } from "vitest";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { startClient } from "../support/dap-client.js";
import { program } from "../support/programs.js";

/** Numbers that look random and are the same in every run (mulberry32). */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const file = program("shapes.py");

/** Arguments that fit, and those that don't, for every request that does not end the session. */
const requests: Readonly<Record<string, readonly unknown[]>> = {
  launch: [{ program: file.path }, { program: "" }, {}],
  attach: [{}],
  configurationDone: [undefined],
  setBreakpoints: [
    {
      source: { path: file.path },
      breakpoints: [{ line: file.line("loop") }, { line: file.line("closure") }],
    },
    { source: { path: file.path }, breakpoints: [{ line: 1e9 }, { line: 0 }] },
    {
      source: { path: file.path },
      breakpoints: [{ line: 20, condition: "(", hitCondition: "x", logMessage: "{" }],
    },
    { source: { path: file.path } },
    { source: { sourceReference: 3 }, breakpoints: [{ line: 1 }] },
    { source: null },
  ],
  setExceptionBreakpoints: [
    { filters: ["raised", "uncaught"] },
    { filters: [] },
    { filters: ["odd"] },
    { filters: 5 },
  ],
  breakpointLocations: [{ source: { path: file.path }, line: 1, endLine: 90 }, { source: {}, line: 1 }, {}],
  threads: [undefined, 5],
  stackTrace: [
    { threadId: 1 },
    { threadId: 1, startFrame: 1, levels: 1 },
    { startFrame: 1e6 },
    { levels: -1 },
  ],
  scopes: [1, 2, 3, 40, -1, "x"].map((frameId) => ({ frameId })),
  variables: [1, 2, 3, 4, 5, 6, 9, 40, 0, -1, null].flatMap((variablesReference) => [
    { variablesReference },
    { variablesReference, filter: "indexed", start: 1, count: 2 },
    { variablesReference, filter: "odd" },
  ]),
  setVariable: [1, 2, 3, 4].flatMap((variablesReference) => [
    { variablesReference, name: "item", value: "5" },
    { variablesReference, name: "0", value: "1 +" },
    { variablesReference },
  ]),
  setExpression: [{ expression: "item", value: "1" }, { expression: "1", value: "1" }, {}],
  evaluate: ["item", "items", "1 // 0", "x = 1", "(", "", "print(1)", 7].flatMap((expression) =>
    ["watch", "repl", "hover", "clipboard", undefined].map((context) => ({
      expression,
      context,
      frameId: 1,
    })),
  ),
  completions: [
    { text: "it", column: 3 },
    { text: "items.", column: 7, frameId: 1 },
    { text: "x", column: 99 },
    {},
  ],
  continue: [{ threadId: 1 }],
  next: [{ threadId: 1 }],
  stepIn: [{ threadId: 1 }, {}],
  stepOut: [{ threadId: 1 }],
  pause: [{ threadId: 1 }],
  exceptionInfo: [{ threadId: 1 }],
  source: [{ sourceReference: 1 }, { sourceReference: 0 }, {}],
  loadedSources: [{}],
  restart: [{}, { arguments: { program: file.path } }, { arguments: { program: 5 } }],
  terminate: [{}],
  nonsense: [{}],
};

describe("any request at any time", () => {
  it.each([1, 2, 3])("is answered once, and the adapter lives on (seed %i)", async (seed) => {
    const random = makeRandom(seed);
    const client = await startClient();
    const answers = new Map<number, number>();
    const ask = (command: string, args: unknown) =>
      new Promise<DebugProtocol.Response>((resolve) => {
        client.sendRaw(command, args, (response) => {
          answers.set(response.request_seq, (answers.get(response.request_seq) ?? 0) + 1);
          resolve(response);
        });
      });
    const names = Object.keys(requests);
    for (let round = 0; round < 60; round++) {
      const batch = Array.from({ length: 1 + random(5) }, () => {
        const command = names[random(names.length)] ?? "threads";
        const choices = requests[command] ?? [];
        return ask(command, choices[random(choices.length)]);
      });
      for (const response of await Promise.all(batch)) {
        if (response.success) continue;
        expect(response.message).toMatch(/\S/);
        expect(response.body?.error?.id, `${response.command}: ${response.message}`).not.toBe(9001);
      }
    }
    expect([...answers.values()].every((count) => count === 1)).toBe(true);
    expect((await ask("disconnect", {})).success).toBe(true);
    expect(await client.exited).toBe(0);
  });
});

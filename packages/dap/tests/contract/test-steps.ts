import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, it, type TestContext } from "vitest";
import { playSteps, type StepCase } from "../../../../fixtures/recordings/play-steps.mjs";
import { type MakeDebugger, serveStreams } from "../../dist/index.js";
import { TestClient } from "../support/dap-client.js";

const recordings = join(dirname(fileURLToPath(import.meta.url)), "../../../../fixtures/recordings");
const folder = join(recordings, "steps");

const reasons = [...readFileSync(join(recordings, "README.md"), "utf8").matchAll(/^### (.+)$/gm)].map(
  ([, heading]) => heading,
);

/** An adapter in this process, and a client of it. */
function startPlayer(make: MakeDebugger, onTestFinished: TestContext["onTestFinished"]) {
  const [toAdapter, fromAdapter] = [new PassThrough(), new PassThrough()];
  const served = serveStreams(toAdapter, fromAdapter, make);
  const client = new TestClient(served.then(() => 0));
  client.connect(fromAdapter, toAdapter);
  onTestFinished(async () => {
    toAdapter.end();
    await served;
  });
  let taken = 0;
  return {
    request: async (command: string, args?: object) => (await client.send(command, args)).body,
    event: (...names: string[]) =>
      client.until(() => {
        const index = client.events.findIndex(({ event }, at) => at >= taken && names.includes(event));
        if (index < 0) return undefined;
        taken = index + 1;
        return client.events[index];
      }, names.join(" or ")),
  };
}

/**
 * The recordings say where debugpy stopped on CPython, step by step; where a case differs here, it says why and what
 * happens instead, and where that depends on how frames are read, what happens natively.
 */
export function testSteps(make: MakeDebugger, tier: "native" | "peek"): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const name = file.slice(0, -".json".length);
    const { cases } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { cases: StepCase[] };
    const play = (one: StepCase, onTestFinished: TestContext["onTestFinished"]) =>
      playSteps(startPlayer(make, onTestFinished), {}, join(folder, `${name}.py`), one);
    describe(`debugpy's steps through ${name}.py`, () => {
      it.concurrent.for(cases.filter(({ differs }) => !differs))(
        "are Slotscope's: $name",
        async (one, { onTestFinished }) => {
          expect(await play(one, onTestFinished)).toEqual(one.stops);
        },
      );

      it.concurrent.for(
        cases.flatMap((one) => (one.differs ? [{ ...one, ...one.differs, theirs: one.stops }] : [])),
      )(
        "are Slotscope's but for $because: $name",
        async ({ because, theirs, stops, natively, ...one }, { onTestFinished }) => {
          const expected = tier === "native" ? (natively ?? stops) : stops;
          expect(reasons).toContain(because);
          expect(expected).not.toEqual(theirs);
          expect(await play({ ...one, stops }, onTestFinished)).toEqual(expected);
        },
      );
    });
  }
}

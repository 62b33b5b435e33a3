import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { MakeDebugger } from "../../dist/index.js";
import type { Debugger } from "../../src/debugger/types.js";
import { copyFolder, fixture, type Program, transcript } from "../support/programs.js";
import { Witness } from "../support/witness.js";

const station = ["sensors.py", "filters.py", "storage.py"];

/** Programs of fixtures/programs, and the other modules of those that have any. */
const programs: readonly {
  readonly name: string;
  readonly main: string;
  readonly modules: readonly string[];
}[] = [
  ...["scheduler", "pid", "protocol", "app_asyncio", "recursion", "tricky_names", "crash", "quiz"].map(
    (name) => ({
      name,
      main: `${name}.py`,
      modules: [],
    }),
  ),
  { name: "station", main: "station/main.py", modules: station.map((module) => `station/${module}`) },
];

/** Every program of fixtures/programs, with all its markers as breakpoints. */
export function testPrograms(make: MakeDebugger): void {
  describe("a real program", () => {
    let debug: Debugger | undefined;
    afterEach(() => debug?.close());

    for (const { name, main, modules } of programs) {
      it(`${name} stops at each of its markers with every frame named, and prints what it prints without a debugger`, async () => {
        // A copy: some programs write files beside themselves.
        const { folder } = copyFolder(fixture(main).folder);
        const files = [main, ...modules].map((path): [string, Program] => {
          const original = fixture(path);
          return [join(folder, path.slice(path.lastIndexOf("/") + 1)), original];
        });
        const [[mainPath]] = files as [[string, Program]];
        debug = make();
        const witness = new Witness(debug);
        await debug.launch({ program: mainPath });
        await debug.setExceptionFilter({ raised: false, uncaught: false });
        const waiting = new Map<number, string>();
        for (const [path, program] of files) {
          const set = await debug.setBreakpoints(
            path,
            program.markers.map((marker) => ({ line: program.line(marker), hitCondition: "1" })),
          );
          set.forEach(({ id, verified, line }, index) => {
            const marker = program.markers[index] ?? "";
            expect({ marker, verified, line }).toEqual({
              marker,
              verified: true,
              line: program.line(marker),
            });
            waiting.set(id, marker);
          });
        }
        await debug.run();
        const { input, output } = transcript(name);
        if (input !== "") await debug.writeInput(new TextEncoder().encode(input));
        for (;;) {
          const before = witness.all("stopped").length;
          await witness.until(() => (debug?.phase === "running" ? undefined : true), "a stop or the end");
          if (debug.phase !== "stopped") break;
          expect(before).toBeLessThanOrEqual(witness.all("stopped").length);
          const { snapshot } = debug;
          for (const { id } of snapshot?.breakpoints ?? []) waiting.delete(id);
          for (const frame of await debug.frames(0, 100)) {
            if (frame.origin !== "user") continue;
            expect({ frame: frame.name, unnamed: frame.unnamed }).toEqual({
              frame: frame.name,
              unnamed: undefined,
            });
            const whole = await debug.frame(frame.index);
            for (const { name, value } of [...whole.locals, ...whole.freeVariables]) {
              expect({ name, kind: value.kind }).not.toEqual({ name, kind: "omitted" });
              expect(name).not.toMatch(/^slot /);
            }
          }
          await debug.continue();
        }
        expect(witness.all("notice")).toEqual([]);
        const ended = witness.all("ended");
        expect({ waiting: [...waiting.values()], ended }).toEqual({ waiting: [], ended });
        const written = witness.output.replaceAll("\r\n", "\n");
        expect(withoutChance(name, written)).toBe(withoutChance(name, output));
      });
    }
  });
}

/** Tasks of asyncio wait by the clock, which runs on at stops: what they write keeps its lines, not their order. */
function withoutChance(name: string, output: string): string {
  return name.startsWith("app_asyncio") ? output.split("\n").sort().join("\n") : output;
}

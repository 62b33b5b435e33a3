import type { CodeRunner } from "../code-runner.js";
import type { DeviceFacts, FirmwareFacts } from "./facts.js";
import { modulesToAsk } from "./known-modules.js";
import { knownStrings } from "./known-strings.js";
import {
  askAllConstants,
  askConstants,
  askInterned,
  askModules,
  cleanUp,
  constantQuestion,
  deviceQuestion,
  firstQuestions,
  internedQuestion,
} from "./questions.js";
import { Answers, portOf, readDevice, readFacts } from "./read-answer.js";

/** How much is asked for at once, so that neither the code nor the answer takes more than about 1 kB of the target. */
const modulesAtOnce = 24;
const constantsAtOnce = 24;
const stringsAtOnce = 32;

/**
 * Asks a running MicroPython what a firmware profile holds. Nothing of the user's is run or changed; modules that are
 * written in Python are found without running them. Takes some 60 round trips and a few kB of the heap at a time. Rejects
 * as the runner does, and with a `TransportError` of kind `protocol` where what answers is no MicroPython.
 */
export async function probeFirmware(runner: CodeRunner): Promise<FirmwareFacts> {
  const answers = new Answers();
  try {
    // First, since whatever code is compiled makes its own names interned.
    await runner.run(internedQuestion);
    for (const strings of pieces(knownStrings, stringsAtOnce))
      answers.add(await runner.run(askInterned(strings)));
    for (const code of firstQuestions) answers.add(await runner.run(code));
    const port = portOf(answers.one("platform") ?? "");
    for (const names of pieces(modulesToAsk(port), modulesAtOnce))
      answers.add(await runner.run(askModules(names)));
    answers.add(await runner.run(constantQuestion));
    for (const fold of answers.all("folds")) {
      const [module = "", count] = fold.split(" ");
      for (let start = 0; start < Number(count); start += constantsAtOnce)
        answers.add(await runner.run(askConstants(module, start, start + constantsAtOnce)));
    }
  } finally {
    await runner.run(cleanUp).catch(() => undefined);
  }
  return readFacts(answers);
}

/**
 * Asks for what is a matter of the device, not of its firmware. An empty file is written and removed to see whether the
 * file system can be written. Rejects as the runner does.
 */
export async function probeDevice(runner: CodeRunner): Promise<DeviceFacts> {
  const answers = new Answers();
  answers.add(await runner.run(deviceQuestion));
  return readDevice(answers);
}

/**
 * The same questions as one program that prints its answer, for a MicroPython that is started with code and has memory
 * for it, such as `micropython -c`. `readAnswer` reads what it printed.
 */
export function firmwareQuestion(): string {
  return [
    internedQuestion,
    ...pieces(knownStrings, stringsAtOnce).map(askInterned),
    ...firstQuestions,
    ...pieces(modulesToAsk(""), modulesAtOnce).map(askModules),
    constantQuestion,
    askAllConstants,
  ]
    .map((code) => `${code}print(result)\n`)
    .join("");
}

/** The facts in what the program of `firmwareQuestion` printed; throws as `probeFirmware` rejects. */
export function readAnswer(printed: string): FirmwareFacts {
  const answers = new Answers();
  answers.add(printed);
  return readFacts(answers);
}

function pieces<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  const all: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += size) all.push(items.slice(start, start + size));
  return all;
}

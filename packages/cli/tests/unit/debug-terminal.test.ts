import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { noTerminalReason, TerminalDialogue } from "../support/pty.js";
import { programsFolder } from "../support/start-cli.js";

const prompt = "(slotscope) ";
const reason = noTerminalReason();

let state: string;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "slotscope-terminal-"));
});

afterAll(async () => {
  await rm(state, { recursive: true });
});

function start(program: string, cwd = programsFolder): TerminalDialogue {
  const dialogue = new TerminalDialogue(["debug", program], cwd, { XDG_STATE_HOME: state });
  onTestFinished(() => dialogue.kill());
  return dialogue;
}

/** Types, presses tab, and waits for what becomes of it. A tab within pasted text does not complete. */
async function complete(terminal: TerminalDialogue, typed: string, completed: string): Promise<void> {
  terminal.type(typed);
  await terminal.read(typed);
  terminal.type("\t");
  await terminal.read(completed.slice(typed.length));
}

async function startText(text: string): Promise<TerminalDialogue> {
  await writeFile(join(state, "own.py"), text);
  return start("own.py", state);
}

describe.skipIf(reason !== undefined)(`slotscope debug on a terminal${reason ? ` (${reason})` : ""}`, () => {
  it("takes commands, repeats the last on an empty line, uses colours, and remembers them", async () => {
    const terminal = start("pid.py");
    await terminal.read(prompt);
    terminal.type("break step\r");
    await terminal.read("Breakpoint 1 at pid.py:16");
    await terminal.read(prompt);
    terminal.type("continue\r");
    await terminal.read("slot 8  parameter  measured = 21.0");
    await terminal.read(prompt);
    terminal.type("next\r");
    await terminal.read("step at pid.py:17");
    await terminal.read(prompt);
    terminal.type("\r");
    await terminal.read("step at pid.py:18");
    await terminal.read(prompt);
    terminal.type("quit\r");
    expect(await terminal.ended).toBe(0);
    expect(terminal.raw).toContain("\u001b[36mmeasured\u001b[39m");
    const history = await readFile(join(state, "slotscope", "debug-history"), "utf8");
    expect(history).toBe("quit\nnext\ncontinue\nbreak step\n");
    const again = start("pid.py");
    await again.read(prompt);
    again.type("\u001b[A\u001b[A\u001b[A\u001b[A\r");
    await again.read("Breakpoint 1 at pid.py:16");
    await again.read(prompt);
    again.type("q\r");
    expect(await again.ended).toBe(0);
  });

  it("gives what is typed to the program while it runs", async () => {
    const terminal = start("quiz.py");
    await terminal.read(prompt);
    terminal.type("c\r");
    await terminal.read("Name? ");
    terminal.type("Ada\r");
    await terminal.read("Which pin does a pull-up hold high?\n> ");
    terminal.type("quit\r");
    await terminal.read("Ada: 0 of 0\nThe program ended.\n");
    await terminal.read(prompt);
    terminal.type("\u0004");
    expect(await terminal.ended).toBe(0);
  });

  it("ends the program's input by ctrl-D", async () => {
    const terminal = start("quiz.py");
    await terminal.read(prompt);
    terminal.type("c\r");
    await terminal.read("Name? ");
    terminal.type("Ada\r");
    await terminal.read("\n> ");
    terminal.type("\u0004");
    await terminal.read("Ada: 0 of 0\nThe program ended.\n");
    await terminal.read(prompt);
    terminal.type("p 1\r");
    await terminal.read("The program is over.");
    await terminal.read(prompt);
    terminal.type("q\r");
    expect(await terminal.ended).toBe(0);
  });

  it("stops the running program by ctrl-C", async () => {
    const terminal = await startText(
      "import time\nn = 0\ndef tick(n):\n    time.sleep_ms(5)\n    return n + 1\nprint('go')\nwhile True:\n    n = tick(n)\n",
    );
    await terminal.read(prompt);
    terminal.type("c\r");
    await terminal.read("go\n");
    terminal.type("\u0003");
    await terminal.read("Paused: ");
    await terminal.read(prompt);
    terminal.type("where\r");
    await terminal.read("<module>  own.py:8");
    await terminal.read(prompt);
    terminal.type("q\r");
    expect(await terminal.ended).toBe(0);
  });

  it("ends a program that can't be stopped by a second ctrl-C", async () => {
    const terminal = await startText("print('go')\nsum(range(10**9))\n");
    await terminal.read(prompt);
    terminal.type("c\r");
    await terminal.read("go\n");
    terminal.type("\u0003");
    await terminal.read("has not stopped yet");
    terminal.type("\u0003");
    await terminal.read("The program was ended.");
    await terminal.read(prompt);
    terminal.type("q\r");
    expect(await terminal.ended).toBe(0);
  });

  it("completes commands and names, and throws a line away by ctrl-C", async () => {
    const terminal = start("pid.py");
    await terminal.read(prompt);
    terminal.type("tb make_st");
    await terminal.read("tb make_st");
    terminal.type("\u0003");
    await terminal.read(prompt);
    await complete(terminal, "tbr", "tbreak ");
    terminal.type("make_statistics\r");
    await terminal.read("Breakpoint 1 at pid.py:");
    await terminal.read(prompt);
    await complete(terminal, "cont", "continue ");
    terminal.type("\r");
    await terminal.read("Breakpoint 1: make_statistics");
    await terminal.read(prompt);
    terminal.type("n\r");
    await terminal.read("make_statistics at ");
    await terminal.read(prompt);
    await complete(terminal, "p smal", "p smallest");
    terminal.type("\r");
    await terminal.read(prompt);
    terminal.type("q\r");
    expect(await terminal.ended).toBe(0);
  });
});

// Debugs a real program in WebAssembly from the terminal, by a script of commands, and shows the dialogue.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = join(root, "fixtures", "programs");
const program = "scheduler.py";

/** The line that ends in the comment `# @name`. */
function markedLine(name) {
  const lines = readFileSync(join(programs, program), "utf8").split("\n");
  return lines.findIndex((line) => line.endsWith(`# @${name}`)) + 1;
}

const commands = [
  "break blink",
  "continue",
  "next",
  "set period = 45",
  `break ${markedLine("logged")} if value > 25`,
  "continue",
  "where",
  "up",
  "print [t.name for t in self.tasks if t is not task]",
  "continue",
];

process.stdout.write(`$ slotscope debug ${program}\n`);
const { status } = spawnSync(process.execPath, [join(root, "packages/cli/dist/main.js"), "debug", program], {
  cwd: programs,
  input: commands.join("\n"),
  stdio: ["pipe", "inherit", "inherit"],
});
process.exit(status ?? 1);

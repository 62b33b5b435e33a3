import { type Arguments, type Command, UsageError } from "../command-line/command.js";

export const lspCommand: Command = {
  name: "lsp",
  usage: "",
  description: [
    "Serves one client on standard input and output, which is how editors start it, until the client",
    "says so or is gone. What can be set is in docs/language-server.md.",
  ].join("\n"),
  options: {
    stdio: { type: "boolean", help: "use standard input and output, as without it" },
  },
  run: runLsp,
};

async function runLsp(args: Arguments): Promise<number> {
  if (args.positionals.length > 0)
    throw new UsageError(`lsp takes no arguments, such as ${args.positionals[0]}.`);
  // Only this command pays for loading the server.
  const { serveStdio } = await import("@slotscope/lsp");
  return await serveStdio();
}

import type { Command } from "../command-line/command.js";

/** A command as the list of commands shows it, and how its code is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands, in the order of help. Only the one that runs is loaded: together they take longer than most do. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "debug",
    summary: "debug a program in the terminal",
    load: async () => (await import("./debug.js")).debugCommand,
  },
  {
    name: "run",
    summary: "run a program",
    load: async () => (await import("./run.js")).runCommand,
  },
  {
    name: "slots",
    summary: "show which slot each local name of a program lives in",
    load: async () => (await import("./slots.js")).slotsCommand,
  },
  {
    name: "devices",
    summary: "list the boards of this computer",
    load: async () => (await import("./devices.js")).devicesCommand,
  },
  {
    name: "repl",
    summary: "talk to a board's REPL",
    load: async () => (await import("./repl.js")).replCommand,
  },
  {
    name: "reset",
    summary: "reset a board",
    load: async () => (await import("./reset.js")).resetCommand,
  },
  {
    name: "probe",
    summary: "tell what a firmware can do",
    load: async () => (await import("./probe.js")).probeCommand,
  },
  {
    name: "sync",
    summary: "make a board hold what a folder holds",
    load: async () => (await import("./sync.js")).syncCommand,
  },
  {
    name: "cp",
    summary: "copy files to and from a board",
    load: async () => (await import("./cp.js")).cpCommand,
  },
  {
    name: "ls",
    summary: "list files of a board",
    load: async () => (await import("./ls.js")).lsCommand,
  },
  {
    name: "cat",
    summary: "print files of a board",
    load: async () => (await import("./cat.js")).catCommand,
  },
  {
    name: "rm",
    summary: "remove files of a board",
    load: async () => (await import("./rm.js")).rmCommand,
  },
  {
    name: "mkdir",
    summary: "make folders on a board",
    load: async () => (await import("./mkdir.js")).mkdirCommand,
  },
  {
    name: "dap",
    summary: "serve an editor by the Debug Adapter Protocol",
    load: async () => (await import("./dap.js")).dapCommand,
  },
  {
    name: "lsp",
    summary: "serve an editor by the Language Server Protocol",
    load: async () => (await import("./lsp.js")).lspCommand,
  },
  {
    name: "hub",
    summary: "own the ports, so that programs share boards",
    load: async () => (await import("./hub.js")).hubCommand,
  },
  {
    name: "firmware",
    summary: "tell where the C module for your own board's firmware is",
    load: async () => (await import("./firmware.js")).firmwareCommand,
  },
];

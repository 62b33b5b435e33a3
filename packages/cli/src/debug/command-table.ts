/** What can follow a command, for completion. */
type ArgumentKind = "location" | "expression" | "command" | "filter";

export interface DebugCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly group: "running" | "breakpoints" | "looking" | "changing" | "debugger";
  readonly summary: string;
  /** More, for `help NAME`. */
  readonly detail?: string;
  /** An empty line does it again. */
  readonly repeats?: true;
  readonly argument?: ArgumentKind;
}

const locationDetail = [
  "LOCATION is a line of the current file (`12`), of another (`file.py:12`), or a function (`name`,",
  "`Class.method`, `file.py:name`). A line that can't stop moves to the next one that can.",
].join("\n");

/** The commands of the terminal debugger. Any beginning that fits only one of them will do, beside the aliases. */
export const debugCommands = [
  {
    name: "continue",
    aliases: ["c", "cont"],
    usage: "",
    group: "running",
    summary: "run on to the next breakpoint or to the end",
    repeats: true,
  },
  {
    name: "next",
    aliases: ["n"],
    usage: "",
    group: "running",
    summary: "run to the next line of this function",
    repeats: true,
  },
  {
    name: "step",
    aliases: ["s"],
    usage: "",
    group: "running",
    summary: "run to the next line, also in a function that is called",
    repeats: true,
  },
  {
    name: "out",
    aliases: ["o", "r", "return", "finish"],
    usage: "",
    group: "running",
    summary: "run until this function has returned",
    repeats: true,
  },
  {
    name: "until",
    aliases: ["unt"],
    usage: "[LINE]",
    group: "running",
    summary: "run until a later line of this function (ends a loop), or until LINE",
    repeats: true,
  },
  {
    name: "restart",
    aliases: ["run"],
    usage: "",
    group: "running",
    summary: "start the program again, with the same breakpoints",
  },
  {
    name: "break",
    aliases: ["b"],
    usage: "LOCATION [if CONDITION]",
    group: "breakpoints",
    summary: "stop at a line or function, always or when CONDITION is true",
    detail: `${locationDetail}\nWithout arguments it lists the breakpoints.`,
    argument: "location",
  },
  {
    name: "tbreak",
    aliases: ["tb"],
    usage: "LOCATION [if CONDITION]",
    group: "breakpoints",
    summary: "stop there once",
    detail: locationDetail,
    argument: "location",
  },
  {
    name: "log",
    aliases: [],
    usage: "LOCATION TEXT",
    group: "breakpoints",
    summary: "print TEXT there, with {expressions} filled in, and run on",
    detail: locationDetail,
    argument: "location",
  },
  {
    name: "condition",
    aliases: [],
    usage: "NUMBER [CONDITION]",
    group: "breakpoints",
    summary: "give a breakpoint another condition, or none",
    argument: "expression",
  },
  {
    name: "hits",
    aliases: [],
    usage: "NUMBER [COUNT]",
    group: "breakpoints",
    summary: "stop at a breakpoint only at some hits: 5, >= 5, % 3; or at each again",
  },
  {
    name: "clear",
    aliases: ["cl", "delete"],
    usage: "[NUMBER | LOCATION]...",
    group: "breakpoints",
    summary: "remove breakpoints by number or place; without arguments, all",
    argument: "location",
  },
  {
    name: "breakpoints",
    aliases: ["bl"],
    usage: "",
    group: "breakpoints",
    summary: "list the breakpoints",
  },
  {
    name: "catch",
    aliases: [],
    usage: "[uncaught | raised | none]",
    group: "breakpoints",
    summary: "which exceptions stop the program (uncaught ones, unless told otherwise)",
    argument: "filter",
  },
  {
    name: "where",
    aliases: ["w", "bt", "backtrace"],
    usage: "",
    group: "looking",
    summary: "show the stack of calls",
  },
  {
    name: "up",
    aliases: ["u"],
    usage: "[COUNT]",
    group: "looking",
    summary: "look at the caller's frame",
    repeats: true,
  },
  {
    name: "down",
    aliases: ["d"],
    usage: "[COUNT]",
    group: "looking",
    summary: "look at the called frame again",
    repeats: true,
  },
  {
    name: "frame",
    aliases: ["f"],
    usage: "[NUMBER]",
    group: "looking",
    summary: "look at the frame of that number in `where`; without one, show this one again",
  },
  {
    name: "locals",
    aliases: [],
    usage: "",
    group: "looking",
    summary: "show the locals and captured names of the frame, with their slots",
  },
  {
    name: "args",
    aliases: ["a"],
    usage: "",
    group: "looking",
    summary: "show the parameters of the frame",
  },
  {
    name: "globals",
    aliases: [],
    usage: "[ALL]",
    group: "looking",
    summary:
      "show the global variables of the frame's module; with `all`, also functions, classes and modules",
  },
  {
    name: "print",
    aliases: ["p"],
    usage: "EXPRESSION",
    group: "looking",
    summary: "show the value of an expression in the frame",
    argument: "expression",
  },
  {
    name: "pp",
    aliases: [],
    usage: "EXPRESSION",
    group: "looking",
    summary: "show a value and what is in it, one item a line",
    argument: "expression",
  },
  {
    name: "display",
    aliases: [],
    usage: "[EXPRESSION]",
    group: "looking",
    summary: "show an expression now and at every stop; without one, show all such",
    argument: "expression",
  },
  {
    name: "undisplay",
    aliases: [],
    usage: "[NUMBER]",
    group: "looking",
    summary: "forget a displayed expression; without a number, all",
  },
  {
    name: "list",
    aliases: ["l"],
    usage: "[LINE | FIRST,LAST | LOCATION | .]",
    group: "looking",
    summary: "show source around a line, then what follows; `.` is where the frame is",
    repeats: true,
    argument: "location",
  },
  {
    name: "source",
    aliases: ["ll", "longlist"],
    usage: "[FUNCTION]",
    group: "looking",
    summary: "show the whole source of the frame's function, or of another",
    argument: "location",
  },
  {
    name: "set",
    aliases: [],
    usage: "TARGET = EXPRESSION",
    group: "changing",
    summary: "change a local, a captured name, a global, an item or an attribute",
    argument: "expression",
  },
  {
    name: "!",
    aliases: [],
    usage: "STATEMENT",
    group: "changing",
    summary: "run a statement in the frame",
    detail: "A name that the frame does not have becomes a global of its module.",
    argument: "expression",
  },
  {
    name: "help",
    aliases: ["h", "?"],
    usage: "[COMMAND]",
    group: "debugger",
    summary: "list the commands, or tell more of one",
    argument: "command",
  },
  {
    name: "quit",
    aliases: ["q", "exit"],
    usage: "",
    group: "debugger",
    summary: "end the program and leave",
  },
] as const satisfies readonly DebugCommand[];

export type DebugCommandName = (typeof debugCommands)[number]["name"];

export const groupTitles: Readonly<Record<DebugCommand["group"], string>> = {
  running: "Running",
  breakpoints: "Breakpoints and exceptions",
  looking: "Looking",
  changing: "Changing",
  debugger: "Debugger",
};

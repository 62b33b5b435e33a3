import type { BreakpointRequest, LaunchOptions, Page } from "../debugger/types.js";
import type { Arguments } from "./arguments.js";
import { fromClientLine, fromClientPath } from "./paths.js";
import type { ClientTraits, SessionState } from "./session-state.js";

/** What `launch` and `attach` ask for. */
export interface StartRequest {
  readonly options: LaunchOptions;
  /** Category of `output` events for what the program prints. */
  readonly outputCategory: "stdout" | "console";
}

/** What an attached session leaves alone unless it is asked for: the board's files and its state. */
const attachDefaults = { sync: false, reset: false };

/**
 * Reads the arguments of `launch` or `attach`, by which the session was started; those that other programs add to them
 * are none of ours.
 */
export function readStart(args: Arguments, { client, startedBy }: SessionState): StartRequest {
  const options: LaunchOptions = {
    ...(startedBy === "attach" ? attachDefaults : {}),
    program: fromClientPath(args.string("program"), client),
    ...defined("args", args.optionalStrings("args")),
    ...defined("cwd", args.optionalString("cwd")),
    ...defined("env", args.optionalStringMap("env")),
    ...defined("stopOnEntry", args.optionalBoolean("stopOnEntry")),
    ...defined("justMyCode", args.optionalBoolean("justMyCode")),
    ...defined("noDebug", args.optionalBoolean("noDebug")),
    ...defined("heapSize", args.optionalInteger("heapSize")),
    ...defined("build", args.optionalString("build")),
    ...defined("port", args.optionalString("port")),
    ...defined("sync", args.optionalBoolean("sync")),
    ...defined("reset", args.optionalBoolean("reset")),
  };
  return {
    options,
    outputCategory: args.optionalChoice("outputCategory", ["stdout", "console"]) ?? "stdout",
  };
}

/** Reads one entry of `setBreakpoints`. */
export function readBreakpoint(args: Arguments, client: ClientTraits): BreakpointRequest {
  return {
    line: fromClientLine(args.integer("line"), client),
    ...defined("condition", args.optionalString("condition")),
    ...defined("hitCondition", args.optionalString("hitCondition")),
    ...defined("logMessage", args.optionalString("logMessage")),
  };
}

/** The file that a `source` argument names; undefined for code without one. */
export function readSourcePath(source: Arguments, client: ClientTraits): string | undefined {
  const path = source.optionalString("path");
  return path === undefined || path === "" ? undefined : fromClientPath(path, client);
}

/** The frame that a request is about: the one named, or the outermost, whose globals are the program's. */
export function readFrame(args: Arguments, state: SessionState): number {
  const id = args.optionalInteger("frameId");
  if (id !== undefined) return state.frames.get(id).index;
  return Math.max((state.debug.snapshot?.depth ?? 1) - 1, 0);
}

/** Which page of variables is asked for; a count of 0 asks for all. */
export function readPage(args: Arguments): Page {
  const filter = args.optionalChoice("filter", ["indexed", "named"]);
  const count = args.optionalInteger("count") ?? 0;
  return {
    ...(filter === undefined ? {} : { filter }),
    start: args.optionalInteger("start") ?? 0,
    count: count === 0 ? Number.MAX_SAFE_INTEGER : count,
  };
}

function defined<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);
}

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Diagnostic, Workspace } from "@astral-sh/ruff-wasm-nodejs";
import { parse as parseToml } from "smol-toml";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding } from "../analysis/finding.js";
import type { Ruff } from "../handlers/services.js";
import { pathOf } from "./files.js";
import { type FileRules, rulesFor } from "./ruff-patterns.js";

type Table = Readonly<Record<string, unknown>>;

/** A project's configuration of ruff. */
interface Configured {
  readonly isConfigured: boolean;
  readonly options: Table;
  /** Of the configuration: its patterns of files start there. */
  readonly folder: string;
  /** Why the configuration can't be used; then the defaults are. */
  problem?: string;
  /** Made of the options when it is first needed. */
  workspace?: Workspace;
}

/** Findings that are left to others: syntax is the exact compiler's, and what names there are is basedpyright's. */
const leftToOthers = new Set(["invalid-syntax", "E999", "F821"]);

/** ruff, compiled to WebAssembly, with the configuration of the project that a document is in. */
export class WasmRuff implements Ruff {
  readonly #byFolder = new Map<string, Configured>();

  format(text: string, uri: string): { readonly text: string } | { readonly problem: string } {
    const configured = this.#configuredFor(uri);
    try {
      const workspace = openWorkspace(configured);
      if (configured.problem !== undefined) return { problem: configured.problem };
      // As ruff does with a file that its configuration excludes.
      if (!rulesOf(configured, uri).isFormatted) return { text };
      return { text: keepLineBreaks(workspace.format(text), text) };
    } catch (error) {
      return { problem: `ruff can't format this: ${describe(error)}` };
    }
  }

  isConfigured(uri: string): boolean {
    return this.#configuredFor(uri).isConfigured;
  }

  lint(text: string, uri: string): readonly Finding[] {
    const document = TextDocument.create(uri, "python", 0, text);
    const configured = this.#configuredFor(uri);
    const rules = rulesOf(configured, uri);
    if (!rules.isLinted) return [];
    let found: Diagnostic[];
    try {
      found = openWorkspace(configured).check(text) as Diagnostic[];
    } catch {
      // It gives up on some texts that are being written; it will say something on the next.
      return [];
    }
    return found
      .filter(({ code }) => code !== null && !leftToOthers.has(code) && !rules.ignores(code))
      .map((diagnostic) => toFinding(diagnostic, document))
      .sort((a, b) => a.start - b.start);
  }

  reload(): void {
    for (const { workspace } of this.#byFolder.values()) workspace?.free();
    this.#byFolder.clear();
  }

  #configuredFor(uri: string): Configured {
    const path = pathOf(uri);
    const folder = path === undefined ? "" : dirname(path);
    const known = this.#byFolder.get(folder);
    if (known !== undefined) return known;
    const made = configure(folder);
    this.#byFolder.set(folder, made);
    return made;
  }
}

/** Reads the configuration that holds in a folder; empty for documents that are in none. */
function configure(folder: string): Configured {
  const file = folder === "" ? undefined : findConfiguration(folder);
  if (file === undefined) return { isConfigured: false, options: {}, folder };
  const made = { isConfigured: true, folder: dirname(file) };
  try {
    return { ...made, options: readConfiguration(file, 0) };
  } catch (error) {
    return { ...made, options: {}, problem: `${file}: ${describe(error)}` };
  }
}

function rulesOf({ options, folder }: Configured, uri: string): FileRules {
  return rulesFor(options, folder, pathOf(uri) ?? "");
}

/** The workspace of a configuration; one that ruff refuses becomes a problem, and the defaults hold. */
function openWorkspace(configured: Configured): Workspace {
  if (configured.workspace !== undefined) return configured.workspace;
  // Code of 10 MB, compiled by V8 as far as it is called, and never optimised: doing so takes seconds of all processors
  // and 300 MB, which a text in an editor never earns back.
  for (const flag of ["--wasm-lazy-compilation", "--liftoff-only"]) setFlagsFromString(flag);
  const ruff = createRequire(import.meta.url)(
    "@astral-sh/ruff-wasm-nodejs",
  ) as typeof import("@astral-sh/ruff-wasm-nodejs");
  try {
    configured.workspace = new ruff.Workspace(configured.options, ruff.PositionEncoding.Utf16);
  } catch (error) {
    configured.problem = `The configuration of ruff can't be used: ${describe(error)}`;
    configured.workspace = new ruff.Workspace({}, ruff.PositionEncoding.Utf16);
  }
  return configured.workspace;
}

/** The nearest file that configures ruff, from a folder upwards, in ruff's own order within a folder. */
function findConfiguration(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of [".ruff.toml", "ruff.toml", "pyproject.toml"]) {
      const file = join(at, name);
      if (existsSync(file) && sectionOf(file) !== undefined) return file;
    }
    if (dirname(at) === at) return undefined;
  }
}

/** The options of ruff in a file; undefined in a pyproject.toml without any. One that can't be read has options, for the error's sake. */
function sectionOf(file: string): Table | undefined {
  if (!file.endsWith("pyproject.toml")) return {};
  try {
    return (parseToml(readFileSync(file, "utf8"))["tool"] as Table | undefined)?.["ruff"] as
      | Table
      | undefined;
  } catch {
    return {};
  }
}

/** The options of a file over those that it extends, tables such as `lint` one by one. Throws with the reason if it can't. */
function readConfiguration(file: string, depth: number): Table {
  const content = parseToml(readFileSync(file, "utf8"));
  const own = (
    file.endsWith("pyproject.toml") ? ((content["tool"] as Table | undefined)?.["ruff"] ?? {}) : content
  ) as Table;
  const { extend, ...options } = own;
  if (typeof extend !== "string") return options;
  if (depth > 10) throw new Error("its `extend` goes round in a circle");
  const base = readConfiguration(resolve(dirname(file), extend), depth + 1);
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(options)) {
    const before = merged[name];
    merged[name] = isTable(before) && isTable(value) ? { ...before, ...value } : value;
  }
  return merged;
}

function toFinding(
  { code, message, tags, start_location, end_location, fix }: Diagnostic,
  document: TextDocument,
): Finding {
  const offset = ({ row, column }: { row: number; column: number }) =>
    document.offsetAt({ line: row - 1, character: column - 1 });
  return {
    start: offset(start_location),
    end: offset(end_location),
    severity: "warning",
    code: code ?? "",
    source: "ruff",
    message,
    ...(tags.includes("unnecessary") ? { isUnnecessary: true as const } : {}),
    ...(fix === null
      ? {}
      : {
          fix: {
            title: fix.message ?? `Fix ${code}`,
            edits: fix.edits.map((edit) => ({
              start: offset(edit.location),
              end: offset(edit.end_location),
              text: edit.content ?? "",
            })),
          },
        }),
  };
}

/** A formatted text with the line breaks of the one it was made of. */
function keepLineBreaks(formatted: string, before: string): string {
  return before.includes("\r\n") && !formatted.includes("\r\n")
    ? formatted.replaceAll("\n", "\r\n")
    : formatted;
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

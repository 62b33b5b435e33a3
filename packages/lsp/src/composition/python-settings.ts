import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, isAbsolute, join, resolve } from "node:path";
import { parse as parseJson } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import type { ChosenProfile } from "../analysis/choose-profile.js";
import type { PythonSettings } from "../handlers/services.js";
import { pathOf } from "./files.js";
import { type StubFolders, stubFoldersFor } from "./stub-folders.js";

type Table = Readonly<Record<string, unknown>>;

/** A configuration of pyright's that a user keeps in a folder. */
interface UserConfiguration {
  readonly file: string;
  readonly options: Table;
}

/** Makes the settings of basedpyright for workspace folders, and the configuration files that they take. */
export class PythonSettingsMaker {
  #folder: string | undefined;
  #made = 0;

  /**
   * The settings for one folder: MicroPython's standard library and the modules of the firmware's port, over what the user has
   * set. basedpyright heeds no such settings where a folder has a configuration file of its own; there it is given one that
   * repeats the user's.
   *
   * @param user the client's section `basedpyright`
   */
  make(folder: string | undefined, { profile }: ChosenProfile, user: unknown): PythonSettings {
    const stubs = stubFoldersFor(profile.port);
    const path = folder === undefined ? undefined : pathOf(folder);
    const problems: string[] = [];
    if (stubs === undefined)
      problems.push(
        "The stubs of MicroPython are missing here, so modules are checked as CPython's. In a clone of Slotscope, `node scripts/micropython-stubs.mjs` fetches them.",
      );
    const configuration = path === undefined ? undefined : readUserConfiguration(path, problems);
    const section = asTable(user);
    const given = asTable(section["analysis"]);
    const severities = {
      reportMissingModuleSource: "none",
      ...asTable(given["diagnosticSeverityOverrides"]),
    };
    const analysis: Record<string, unknown> = {
      typeCheckingMode: "standard",
      ...given,
      diagnosticSeverityOverrides: severities,
    };
    if (stubs !== undefined && (path === undefined || configuration === undefined)) {
      Object.assign(analysis, placeStubs(stubs, path, given));
    } else if (stubs !== undefined && path !== undefined && configuration !== undefined) {
      const made = this.#write(extendConfiguration(configuration, path, stubs, problems));
      analysis["configFilePath"] = made;
    }
    return {
      sections: {
        basedpyright: { ...section, analysis },
        // The computer's own Python, and all that is installed for it, is not on the board.
        python: { pythonPath: join(tmpdir(), "slotscope-no-python", "python") },
      },
      ...(problems.length === 0 ? {} : { problem: problems.join(" ") }),
    };
  }

  /** Removes the files that were made. */
  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(configuration: Table): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), "slotscope-"));
    this.#made += 1;
    const folder = join(this.#folder, String(this.#made));
    mkdirSync(folder);
    const file = join(folder, "pyrightconfig.json");
    writeFileSync(file, JSON.stringify(configuration, null, 2));
    return file;
  }
}

/** Stub settings beside a user's: stubs of the workspace go first, and the port's modules then behind the workspace's own. */
function placeStubs(stubs: StubFolders, folder: string | undefined, given: Table): Table {
  const ownStubs = given["stubPath"] ?? "typings";
  const hasOwn =
    folder !== undefined && typeof ownStubs === "string" && existsSync(resolve(folder, ownStubs));
  const extra = Array.isArray(given["extraPaths"]) ? (given["extraPaths"] as unknown[]) : [];
  return {
    typeshedPaths: given["typeshedPaths"] ?? [stubs.standardLibrary],
    stubPath: hasOwn ? ownStubs : stubs.port,
    ...(hasOwn ? { extraPaths: [...extra, stubs.port] } : {}),
  };
}

/** pyrightconfig.json of a folder, or else the section of its pyproject.toml, as basedpyright chooses. */
function readUserConfiguration(folder: string, problems: string[]): UserConfiguration | undefined {
  const json = join(folder, "pyrightconfig.json");
  if (existsSync(json)) {
    const options: unknown = parseJson(readText(json) ?? "", [], { allowTrailingComma: true });
    return { file: json, options: asTable(options) };
  }
  const toml = join(folder, "pyproject.toml");
  const text = readText(toml);
  if (text === undefined) return undefined;
  try {
    const tools = asTable(parseToml(text)["tool"]);
    const options = tools["basedpyright"] ?? tools["pyright"];
    return options === undefined ? undefined : { file: toml, options: asTable(options) };
  } catch (error) {
    problems.push(`pyproject.toml can't be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/**
 * A user's configuration with our stubs. It doesn't lie in the user's folder, so paths in it are absolute; and it repeats the
 * user's rather than extend it, since a type checking mode in it would put back all rules that the user has set.
 */
function extendConfiguration(
  { file, options }: UserConfiguration,
  folder: string,
  stubs: StubFolders,
  problems: string[],
): Table {
  const name = basename(file);
  const here = (paths: unknown, otherwise: readonly string[] = []) =>
    (Array.isArray(paths) ? paths.map(String) : otherwise).map((path) => absolute(folder, path));
  const ownStubs = typeof options["stubPath"] === "string" ? options["stubPath"] : "typings";
  const hasOwn = existsSync(absolute(folder, ownStubs));
  if (options["typeshedPath"] !== undefined)
    problems.push(
      `${name} sets typeshedPath, so the standard library is checked as that has it, not as MicroPython's.`,
    );
  const { venv, venvPath, ...kept } = options;
  if (venv !== undefined || venvPath !== undefined)
    problems.push(
      `${name} names a virtual environment, which is passed over: what is installed there is not on the board.`,
    );
  const extraPaths = [...here(options["extraPaths"]), ...(hasOwn ? [stubs.port] : [])];
  const environments = Array.isArray(options["executionEnvironments"])
    ? options["executionEnvironments"].map((environment) => {
        const table = asTable(environment);
        return {
          ...table,
          root: absolute(folder, typeof table["root"] === "string" ? table["root"] : "."),
          extraPaths: [...here(table["extraPaths"]), ...extraPaths],
        };
      })
    : [];
  const base = options["extends"];
  return {
    ...(base === undefined ? { typeCheckingMode: "standard", reportMissingModuleSource: "none" } : {}),
    ...kept,
    ...(typeof base === "string" ? { extends: absolute(folder, base) } : {}),
    include: here(options["include"], ["."]),
    exclude: here(options["exclude"], ["**/node_modules", "**/__pycache__", "**/.*"]),
    ignore: here(options["ignore"]),
    strict: here(options["strict"]),
    typeshedPath:
      typeof options["typeshedPath"] === "string"
        ? absolute(folder, options["typeshedPath"])
        : stubs.standardLibrary,
    stubPath: hasOwn ? absolute(folder, ownStubs) : stubs.port,
    executionEnvironments: [...environments, { root: folder, extraPaths }],
  };
}

function absolute(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function asTable(value: unknown): Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
}

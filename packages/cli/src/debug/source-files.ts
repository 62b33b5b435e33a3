import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Debugger, Frame } from "@slotscope/dap";
import { DebugCommandError, type WrittenLocation } from "./parse-command.js";
import { splitLines } from "./source-window.js";

/** A place in a file. */
export interface SourceLocation {
  readonly path: string;
  readonly line: number;
}

/** The program's files as the user names them: relative to where the user stands, or to the program's folder. */
export class SourceFiles {
  readonly program: string;
  readonly #folders: readonly string[];

  /** `folder` is what the target sees as its own. */
  constructor(program: string, folder: string) {
    this.program = program;
    this.#folders = [process.cwd(), dirname(program), folder];
  }

  /** Lines of a file, undefined if it can't be read. They are read anew each time: files change while debugging. */
  async lines(path: string): Promise<readonly string[] | undefined> {
    try {
      return splitLines(await readFile(path, "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Finds a file by the name that the user gave. Throws a DebugCommandError. */
  async find(name: string): Promise<string> {
    for (const folder of this.#folders) {
      const path = resolve(folder, name);
      try {
        await access(path);
        return path;
      } catch {
        // Not there: the next folder may have it.
      }
    }
    throw new DebugCommandError(`There is no file ${name} here or in the program's folder.`);
  }

  /** A short name: relative to the program's folder if the file lies in it, else as it is. */
  name(path: string): string {
    const short = relative(dirname(this.program), path);
    return short.startsWith("..") || short === "" ? path : short.split(sep).join("/");
  }

  /** The lines that a written place stands for: one, or the first of each function of that name. */
  async locate(
    written: WrittenLocation,
    frame: Frame | undefined,
    session: Debugger,
  ): Promise<readonly SourceLocation[]> {
    const here = frame?.path ?? this.program;
    const path = written.file === undefined ? here : await this.find(written.file);
    if (written.line !== undefined) {
      await this.#requireLine(path, written.line);
      return [{ path, line: written.line }];
    }
    const name = written.name ?? "";
    const candidates = written.file === undefined ? [...new Set([here, this.program])] : [path];
    for (const candidate of candidates) {
      const lines = await session.functionLines(candidate, name);
      if (lines.length > 0) return lines.map((line) => ({ path: candidate, line }));
    }
    const elsewhere = written.file === undefined ? await this.#findFunction(name, session) : [];
    const files = [...new Set(elsewhere.map((location) => location.path))].map((each) => this.name(each));
    if (files.length === 1) return elsewhere;
    const places = candidates.map((candidate) => this.name(candidate)).join(" or ");
    const advice =
      files.length > 1
        ? `${files.join(" and ")} have one: write ${files[0]}:${name}.`
        : "Write FILE:FUNCTION for one in another folder.";
    throw new DebugCommandError(`There is no function ${name} in ${places}. ${advice}`);
  }

  /** Functions of that name in the files beside the program. */
  async #findFunction(name: string, session: Debugger): Promise<SourceLocation[]> {
    const folder = dirname(this.program);
    const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".py"));
    const found: SourceLocation[] = [];
    for (const file of files.sort()) {
      const path = join(folder, file);
      for (const line of await session.functionLines(path, name)) found.push({ path, line });
    }
    return found;
  }

  async #requireLine(path: string, line: number): Promise<void> {
    const lines = await this.lines(path);
    if (lines && (line < 1 || line > lines.length)) {
      throw new DebugCommandError(`${this.name(path)} has ${lines.length} lines, no line ${line}.`);
    }
  }
}

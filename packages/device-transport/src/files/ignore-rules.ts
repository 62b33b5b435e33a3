import ignore from "ignore";

/** Decides what of a folder stays on the computer. */
export interface IgnoreRules {
  /** `path` is relative to the folder, with `/`. */
  ignores(path: string, isFolder: boolean): boolean;
}

/** What no board needs, in gitignore's syntax; a folder's own rules come after and can take things back by `!`. */
const defaults = [".*", "__pycache__/", "*.pyc", "node_modules/"];

/** Rules of these lines in gitignore's syntax, after the defaults; without text nothing is ignored but our own folder. */
export function readIgnoreRules(text: string | undefined): IgnoreRules {
  const matcher = ignore({ ignorecase: false });
  if (text !== undefined) matcher.add(defaults).add(text);
  return {
    ignores(path, isFolder) {
      // What a synchronisation remembers is the board's.
      if (path === ".slotscope") return true;
      return matcher.ignores(isFolder ? `${path}/` : path);
    },
  };
}

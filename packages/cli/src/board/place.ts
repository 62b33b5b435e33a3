/** A path as a command takes it: on the board where it begins with `:`. */
export interface Place {
  readonly isBoard: boolean;
  /** Without the colon; "" is the board's current folder. */
  readonly path: string;
}

export function readPlace(text: string): Place {
  return text.startsWith(":") ? { isBoard: true, path: text.slice(1) } : { isBoard: false, path: text };
}

/** A path of a command whose paths are all the board's: the colon may be left out. */
export function readBoardPath(text: string): string {
  return readPlace(text).path;
}

/** A path of the board as users write it. */
export function writeBoardPath(path: string): string {
  return `:${path}`;
}

/** The last part of a path, whichever way its parts are set off. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? ""
  );
}

/** A path in a folder of the board; "" is the current one. */
export function joinBoardPath(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

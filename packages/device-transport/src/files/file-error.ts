/** Why a file operation failed, in terms that decide what to do next. */
export type FileErrorKind =
  | "not-found"
  | "exists"
  | "is-folder"
  | "not-folder"
  | "not-empty"
  | "no-space"
  | "read-only"
  | "denied"
  | "bad-name"
  | "damaged"
  | "no-memory"
  | "failed";

/** The one error of file operations that are the file system's fault; the link's faults are `TransportError`s. */
export class FileError extends Error {
  override readonly name = "FileError";

  constructor(
    readonly kind: FileErrorKind,
    /** The file or folder on the board, or on this computer where the message says so. */
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** Number of an OSError (py/mperrno.h; FAT's are mapped to them by extmod/vfs_fat.c) → kind, and what to do. */
const meanings: Readonly<Record<number, readonly [FileErrorKind, string]>> = {
  1: ["denied", "the board does not allow it"],
  2: ["not-found", "there is no such file or folder on the board"],
  5: ["damaged", "what the board reads back is not what was written; its flash may be worn out"],
  13: ["denied", "the board's file system does not allow it; a folder may not be empty, or a file protected"],
  16: ["denied", "it is in use on the board; close it there, or reset the board"],
  17: ["exists", "it is there already; remove it first, or choose another name"],
  19: ["not-found", "nothing is mounted there on the board"],
  20: ["not-folder", "a part of the path is a file, not a folder"],
  21: ["is-folder", "it is a folder on the board, not a file"],
  22: ["bad-name", "the board's file system takes no such name"],
  24: ["failed", "the board has too many open files; reset it"],
  27: ["no-space", "it is larger than the board's file system takes"],
  28: ["no-space", "there is no space left on the board; remove files that it does not need"],
  30: [
    "read-only",
    "the board's file system is read-only now; a computer may have it mounted as a USB drive",
  ],
  36: ["bad-name", "the name is too long for the board"],
  39: ["not-empty", "the folder is not empty; remove it with what is in it"],
};

/** The error for an OSError of that number on the board; `path` in the words of the user. */
export function fileErrorOf(number: number, path: string): FileError {
  const [kind, advice] = meanings[number] ?? ["failed", `the board answers OSError ${number}`];
  return new FileError(kind, path, `${path === "" ? "." : path}: ${advice}.`);
}

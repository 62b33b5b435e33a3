import type { FileProgress } from "@slotscope/device-transport/files";
import type { Surroundings } from "../command-line/command.js";
import { printable, truncate } from "../terminal/printable.js";
import { showSize } from "./sizes.js";

export interface ProgressLine {
  show(progress: FileProgress): void;
  /** Takes the line away. */
  end(): void;
}

const clearLine = "\r\u001b[K";

/** One line on a terminal that says how far a transfer of `total` bytes is; nothing where standard error is no terminal. */
export function startProgress({ stderr, env }: Surroundings, total: number): ProgressLine {
  if (stderr.isTTY !== true || env["TERM"] === "dumb") return { show: () => undefined, end: () => undefined };
  return {
    show({ path, bytes }) {
      const share = total === 0 ? 100 : Math.min(100, Math.floor((bytes / total) * 100));
      const text = `${String(share).padStart(3)}%  ${showSize(bytes)} of ${showSize(total)}  ${printable(path)}`;
      stderr.write(clearLine + truncate(text, 78));
    },
    end: () => void stderr.write(clearLine),
  };
}

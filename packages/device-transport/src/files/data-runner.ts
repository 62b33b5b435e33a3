import type { CodeRunner } from "../code-runner.js";

/** A runner whose wire carries any byte, so that data need no encoding as text. */
export interface DataRunner extends CodeRunner {
  /** As `run`; the code finds `data`, a tuple of bytes objects, in its namespace. */
  runWithData(code: string, data: readonly Uint8Array[]): Promise<string>;
}

/** Whether a runner takes data as they are. */
export function takesData(runner: CodeRunner): runner is DataRunner {
  return "runWithData" in runner;
}

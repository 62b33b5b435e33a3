import type { ChildProcess, ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** The scripts under `targets`, which are JavaScript without types. */
const folder = new URL("../../targets/", import.meta.url);

interface Options {
  readonly variant?: "plain" | "settrace" | "slotscope";
  readonly version?: string;
  readonly stackless?: boolean;
  readonly sanitize?: boolean;
}

type Results = ReadonlyMap<string, string>;

export const { targets } = (await import(new URL("targets.mjs", folder).href)) as {
  targets: Record<"unix" | "qemu", object>;
};

export const { buildFirmware } = (await import(new URL("build-firmware.mjs", folder).href)) as {
  buildFirmware: (target: object, options: Options) => Promise<{ program: string }>;
};

export const { compareWithStock } = (await import(new URL("test-suite.mjs", folder).href)) as {
  compareWithStock: (
    target: object,
    options?: Options,
  ) => Promise<{ stock: Results; ours: Results; differences: readonly string[] }>;
};

export const { startQemu, startQemuOnPty } = (await import(new URL("run-qemu.mjs", folder).href)) as {
  startQemu: (program: string) => ChildProcessByStdio<Writable, Readable, null>;
  startQemuOnPty: (program: string) => Promise<{ child: ChildProcess; path: string }>;
};

/** Brings MicroPython's source; resolves to its folder. */
export const { fetchSource } = (await import(
  new URL("../../../../scripts/micropython-source.mjs", import.meta.url).href
)) as { fetchSource: (version?: string) => Promise<string> };

import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHistory, stateFolder, writeHistory } from "../../src/debug/history-file.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slotscope-history-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the history of commands", () => {
  it("comes back as it was kept", async () => {
    const file = join(folder, "deep", "history");
    expect(await readHistory(file)).toEqual([]);
    await writeHistory(file, ["next", "break main"]);
    expect(await readHistory(file)).toEqual(["next", "break main"]);
    expect(await readFile(file, "utf8")).toBe("next\nbreak main\n");
  });

  it.skipIf(process.platform === "win32")(
    "can be read by its owner only (no such modes on Windows)",
    async () => {
      const file = join(folder, "own", "history");
      await writeHistory(file, ["next"]);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    },
  );

  it("that can't be written is no error", async () => {
    const blocked = join(folder, "file");
    await writeFile(blocked, "");
    await writeHistory(join(blocked, "history"), ["next"]);
    expect(await readHistory(join(blocked, "history"))).toEqual([]);
  });
});

describe("the folder for state", () => {
  it("is where the platform keeps such things", () => {
    expect(stateFolder({ HOME: "/home/u" }, "linux")).toBe("/home/u/.local/state/slotscope");
    expect(stateFolder({ HOME: "/home/u", XDG_STATE_HOME: "/s" }, "linux")).toBe("/s/slotscope");
    expect(stateFolder({ HOME: "/home/u", XDG_STATE_HOME: "relative" }, "linux")).toBe(
      "/home/u/.local/state/slotscope",
    );
    expect(stateFolder({ HOME: "/Users/u" }, "darwin")).toBe(
      "/Users/u/Library/Application Support/slotscope",
    );
  });
});

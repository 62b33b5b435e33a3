import { describe, expect, it } from "vitest";
import type { RemoteEntry } from "../../src/files/remote-files.js";
import { readClaims, writeClaims } from "../../src/files/sync-claims.js";
import { planSync, type SyncPlan } from "../../src/files/sync-plan.js";

const plenty = { free: 1e6, longestName: 255 };

const file = (path: string, hash = "h", size = 1): RemoteEntry => ({ path, kind: "file", size, hash });
const folder = (path: string): RemoteEntry => ({ path, kind: "folder", size: 0 });
const local = (files: readonly string[], folders: readonly string[] = []) => ({
  files: files.map((path) => ({ path, size: 1, hash: "h" })),
  folders,
});
const claims = (...paths: readonly string[]) =>
  new Map(paths.map((path) => [path, new Set([path.endsWith("/") ? "folder" : "h"])]));
const actions = ({ steps }: SyncPlan): string[] => steps.map(({ action, path }) => `${action} ${path}`);
const problems = (plan: SyncPlan): string[] => plan.problems.map(({ kind, path }) => `${kind} ${path}`);

describe("the plan of a synchronisation", () => {
  it("creates what is missing, replaces what differs, keeps what is the same", () => {
    const plan = planSync(
      local(["new.py", "other.py", "same.py", "longer.py"], ["lib"]),
      [file("longer.py", "h", 2), file("other.py", "x"), file("same.py")],
      new Map(),
      plenty,
    );
    expect(actions(plan)).toEqual([
      "make-folder lib",
      "create new.py",
      "replace other.py",
      "keep same.py",
      "replace longer.py",
    ]);
    expect(plan.bytes).toBe(3);
  });

  it("removes files with a claimed hash, and claimed folders that get empty", () => {
    const there = [
      folder("gone"),
      folder("gone/deep"),
      file("gone/deep/a.py"),
      folder("kept"),
      file("kept/b.py"),
      file("kept/own.txt"),
      file("edited.py", "x"),
      folder("own"),
    ];
    const claimed = claims("gone/", "gone/deep/", "gone/deep/a.py", "kept/", "kept/b.py", "edited.py");
    const plan = planSync(local([]), there, claimed, plenty);
    expect(actions(plan)).toEqual([
      "remove kept/b.py",
      "remove gone/deep/a.py",
      "remove-folder gone/deep",
      "remove-folder gone",
    ]);
    expect(plan.strangers).toEqual(["edited.py"]);
  });

  it("first removes what stands in the way of a name", () => {
    const there = [folder("thing"), file("thing/a.py"), file("Main.py"), file("late.py")];
    const claimed = claims("thing/", "thing/a.py", "Main.py", "late.py");
    const plan = planSync(local(["main.py", "thing"]), there, claimed, plenty);
    expect(actions(plan)).toEqual([
      "remove Main.py",
      "remove thing/a.py",
      "remove-folder thing",
      "create main.py",
      "create thing",
      "remove late.py",
    ]);
  });

  it("never touches our own folder on the board", () => {
    const there = [folder(".slotscope"), file(".slotscope/synced.tsv")];
    expect(
      actions(planSync(local([]), there, claims(".slotscope/synced.tsv", ".slotscope/"), plenty)),
    ).toEqual([]);
  });

  it.each([
    [["a:b.py"], ["bad-name a:b.py"]],
    [["a\u0007.py"], ["bad-name a\u0007.py"]],
    [["a."], ["bad-name a."]],
    [["x.slotscope-full"], ["bad-name x.slotscope-full"]],
    [["é".repeat(121)], [`bad-name ${"é".repeat(121)}`]],
    [["a.py", "A.py"], ["bad-name A.py"]],
    [["a.py", "a.py"], ["bad-name a.py"]],
  ])("finds a problem in the names %j", (paths, found) => {
    expect(problems(planSync(local(paths), [], new Map(), plenty))).toEqual(found);
  });

  it("finds a file where a folder is to be, and the other way round", () => {
    const plan = planSync(local(["a", "b/x.py"], ["b"]), [folder("a"), file("b")], new Map(), plenty);
    expect(problems(plan)).toEqual(["is-folder a", "not-folder b"]);
  });

  it("counts what it frees as space", () => {
    const there = [file("old.py", "h", 5)];
    const wanted = { files: [{ path: "new.py", size: 8 }], folders: [] };
    const tight = { free: 4, longestName: 255 };
    expect(problems(planSync(wanted, there, claims("old.py"), tight))).toEqual([]);
    expect(problems(planSync(wanted, there, new Map(), tight))).toEqual(["no-space "]);
  });
});

describe("what synchronisations write down", () => {
  it("is read back, the last hash last", () => {
    const text = "\na.py\t3\tone\t\nlib/\t0\tfolder\t\n\na.py\t3\ttwo\t\na.py\t3\tone\t\n";
    const read = readClaims(text);
    expect([...read].map(([path, hashes]) => [path, ...hashes])).toEqual([
      ["a.py", "two", "one"],
      ["lib/", "folder"],
    ]);
    expect(readClaims(writeClaims(read))).toEqual(read);
  });

  it("is good although a line was cut off", () => {
    expect([...readClaims("a.py\t3\ton\nb.py\t3\ttwo\t\nc.p").keys()]).toEqual(["b.py"]);
  });
});

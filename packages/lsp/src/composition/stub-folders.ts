import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The stubs that are shipped with this package; in a clone `scripts/micropython-stubs.mjs` fetches them. */
const stubsFolder = fileURLToPath(new URL("../../stubs/", import.meta.url));

/** Ports that have stubs of their own; others take those of the port that is most like them. */
const stubsByPort: Readonly<Record<string, string>> = {
  esp32: "esp32",
  esp8266: "esp8266",
  qemu: "stm32",
  rp2: "rp2",
  samd: "samd",
  stm32: "stm32",
  unix: "unix",
  webassembly: "webassembly",
  windows: "windows",
};

/** Where the stubs for a port are. */
export interface StubFolders {
  /** Holds `stdlib/`: the standard library of MicroPython in place of CPython's. */
  readonly standardLibrary: string;
  /** Modules of the port. */
  readonly port: string;
}

/** The folders of stubs for a port; undefined if they aren't there. */
export function stubFoldersFor(port: string, root = stubsFolder): StubFolders | undefined {
  const standardLibrary = join(root, "micropython-stdlib-stubs");
  const ofPort = join(root, `micropython-${stubsByPort[port] ?? "stm32"}-stubs`);
  if (!existsSync(join(standardLibrary, "stdlib", "VERSIONS")) || !existsSync(ofPort)) return undefined;
  return { standardLibrary, port: ofPort };
}

let known: ReadonlySet<string> | undefined;

/** Whether there are stubs for a module of that name, of any port. */
export function hasStubs(name: string): boolean {
  known ??= new Set(listStubs());
  return known.has(name);
}

function listStubs(): string[] {
  if (!existsSync(stubsFolder)) return [];
  const packages = readdirSync(stubsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = packages.flatMap(({ name }) => [
    join(stubsFolder, name),
    join(stubsFolder, name, "stdlib"),
  ]);
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .map((name) => name.replace(/\.pyi$/, ""));
}

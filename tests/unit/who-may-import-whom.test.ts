import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The table of ARCHITECTURE.md, "Who may import whom". A room is a folder; `may` names the other rooms it
 * may import. `compositionRoots` are the files that alone may import the rooms in `onlyInRoots`.
 */
interface Room {
  readonly folder: string;
  readonly name: string;
  readonly may: readonly string[];
  readonly onlyInRoots?: readonly string[];
  readonly compositionRoots?: RegExp;
}

const rooms: readonly Room[] = [
  { folder: "firmware-profiles", name: "@slotscope/firmware-profiles", may: [] },
  { folder: "packages/locals-mapper", name: "@slotscope/locals-mapper", may: [] },
  { folder: "packages/device-transport", name: "@slotscope/device-transport", may: [] },
  { folder: "packages/agent", name: "@slotscope/agent", may: [] },
  { folder: "packages/firmware", name: "@slotscope/firmware", may: [] },
  { folder: "packages/micropython-wasm", name: "@slotscope/micropython-wasm", may: [] },
  {
    folder: "packages/wasm-runtime",
    name: "@slotscope/wasm-runtime",
    may: ["@slotscope/device-transport", "@slotscope/micropython-wasm"],
  },
  {
    folder: "packages/dap",
    name: "@slotscope/dap",
    may: [
      "@slotscope/device-transport",
      "@slotscope/locals-mapper",
      "@slotscope/firmware-profiles",
      "@slotscope/agent",
    ],
    onlyInRoots: ["@slotscope/wasm-runtime"],
    compositionRoots: /^src\/composition\//,
  },
  {
    folder: "packages/lsp",
    name: "@slotscope/lsp",
    may: ["@slotscope/device-transport", "@slotscope/locals-mapper", "@slotscope/firmware-profiles"],
  },
  {
    folder: "packages/cli",
    name: "slotscope",
    may: [
      "@slotscope/device-transport",
      "@slotscope/locals-mapper",
      "@slotscope/firmware-profiles",
      "@slotscope/agent",
      "@slotscope/firmware",
      "@slotscope/wasm-runtime",
      "@slotscope/dap",
      "@slotscope/lsp",
    ],
  },
];

/** Folders inside a package, and what their files may not import: other folders, or packages. */
const walls: readonly { readonly folder: string; readonly mayNot: RegExp; readonly why: string }[] = [
  {
    folder: "packages/dap/src/debugger",
    mayNot: /(^|\/)(protocol|handlers|composition)\/|debugprotocol|debugadapter/,
    why: "the debugger core knows no DAP",
  },
  {
    folder: "packages/dap/src/protocol",
    mayNot: /(^|\/)(handlers|composition)\//,
    why: "protocol is below handlers",
  },
  {
    folder: "packages/lsp/src/analysis",
    mayNot: /(^|\/)(protocol|handlers|composition)\/|languageserver/,
    why: "the analysis core knows no LSP",
  },
  {
    folder: "packages/lsp/src/protocol",
    mayNot: /(^|\/)(handlers|composition)\//,
    why: "protocol is below handlers",
  },
  {
    folder: "packages/lsp/src/handlers",
    mayNot: /(^|\/)composition\/|^node:|^(basedpyright|@astral-sh\/)/,
    why: "handlers take the platform as services",
  },
];

/** Folders whose code also runs in a browser worker: no platform import there. */
const platformFree = [
  "firmware-profiles/src",
  "packages/locals-mapper/src",
  "packages/dap/src/debugger",
  "packages/lsp/src/analysis",
];

/** Folders in which a protocol's types may stand. */
const typesHomes = [
  {
    protocol: "Debug Adapter Protocol",
    home: /^packages\/dap\/src\/(protocol|handlers|composition)\//,
    types: /debugprotocol|@vscode\/debugadapter/,
  },
  {
    protocol: "Language Server Protocol",
    home: /^packages\/lsp\/src\/(protocol|handlers|composition)\//,
    types: /vscode-languageserver/,
  },
];

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && /\.[cm]?tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((file) => !file.includes("/node_modules/") && !file.includes("/dist/"));
}

/** Module specifiers of static and dynamic imports and re-exports, relative ones resolved against the root. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found: Import[] = [];
  const pattern =
    /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+|\brequire(?:\.resolve)?\s*\(\s*)["']([^"'\n]+)["']/g;
  for (const match of text.matchAll(pattern)) {
    const target = match[1] ?? "";
    found.push({
      file,
      target: target.startsWith(".") ? posix.join(posix.dirname(file), target) : target,
    });
  }
  return found;
}

const ours = (target: string) =>
  rooms.find((room) => target === room.name || target.startsWith(`${room.name}/`));

describe("who may import whom", () => {
  for (const room of rooms) {
    it(`${room.folder} imports only the rooms that the table allows`, () => {
      const wrong = sourceFiles(`${room.folder}/src`).flatMap((file) =>
        importsOf(file).filter(({ target }) => {
          const other = ours(target);
          if (other && other.name !== room.name) {
            if (room.may.includes(other.name)) return false;
            const inRoot = room.compositionRoots?.test(posix.relative(room.folder, file)) === true;
            return !(inRoot && room.onlyInRoots?.includes(other.name));
          }
          // A relative path must not climb into another room either.
          return (
            /^(packages|firmware-profiles|extensions|bench)\//.test(target) &&
            !target.startsWith(`${room.folder}/`)
          );
        }),
      );
      expect(wrong).toEqual([]);
    });
  }

  for (const wall of walls) {
    it(`${wall.folder} keeps its wall: ${wall.why}`, () => {
      const wrong = sourceFiles(wall.folder).flatMap((file) =>
        importsOf(file).filter(({ target }) =>
          wall.mayNot.test(
            target.startsWith("packages/") ? target.replace(/^packages\/[^/]+\/src\//, "") : target,
          ),
        ),
      );
      expect(wrong).toEqual([]);
    });
  }

  it("code that also runs in a browser worker imports no platform module", () => {
    const wrong = platformFree
      .flatMap(sourceFiles)
      .flatMap(importsOf)
      .filter(({ target }) =>
        /^node:|^(fs|path|os|crypto|child_process|worker_threads|net|serialport)$/.test(target),
      );
    expect(wrong).toEqual([]);
  });

  it.each(typesHomes)("types of the $protocol stand in their home only", ({ home, types }) => {
    const wrong = rooms
      .flatMap((room) => sourceFiles(`${room.folder}/src`))
      .filter((file) => !home.test(file))
      .flatMap(importsOf)
      .filter(({ target }) => types.test(target));
    expect(wrong).toEqual([]);
  });

  it("each package declares in package.json exactly the packages of ours that it imports", () => {
    for (const room of rooms) {
      const files = sourceFiles(`${room.folder}/src`);
      if (files.length === 0) continue;
      const manifest = JSON.parse(readFileSync(join(root, room.folder, "package.json"), "utf8")) as {
        dependencies?: Record<string, string>;
        optionalDependencies?: Record<string, string>;
      };
      const { dependencies, optionalDependencies } = manifest;
      const declared = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => ours(name));
      const imported = new Set(
        files.flatMap(importsOf).flatMap(({ target }) => {
          const other = ours(target);
          return other && other.name !== room.name ? [other.name] : [];
        }),
      );
      expect({ room: room.folder, declared: declared.sort() }).toEqual({
        room: room.folder,
        declared: [...imported].sort(),
      });
    }
  });
});

import type { EmscriptenFs } from "./glue-types.js";
import { createHostFolder } from "./host-folder.js";

/** A virtual file: its path below the shim folder, and its text. */
export type ShimFiles = Readonly<Record<string, string>>;

/**
 * Replaces the VM's whole file system: `/` becomes the workspace, or an empty file system in memory. Next to
 * it lies a hidden folder with files of ours, which no listing shows.
 * @param shimFolder an absolute path of one component
 */
export function mountFiles(
  fs: EmscriptenFs,
  workspace: string | undefined,
  readOnly: boolean,
  shimFolder: string,
  shims: ShimFiles,
): void {
  const hiddenName = shimFolder.slice(1);
  fs.root = null;
  fs.currentPath = "/";
  const memory = fs.filesystems.MEMFS;
  const remember = fs.hashAddNode.bind(fs);
  if (workspace === undefined) {
    fs.mount(memory, {}, "/");
  } else {
    const type = createHostFolder(fs, { folder: workspace, readOnly, hiddenName });
    fs.mount(type, {}, "/");
    // The FS remembers nodes by name; those of the host must be looked up anew each time.
    fs.hashAddNode = (node) => {
      if (node.mount?.type !== type) remember(node);
    };
  }
  const { root } = fs;
  if (root === null) throw new Error("the file system has no root");
  const hidden = new fs.FSNode(root, hiddenName, 0o40755, 0);
  remember(hidden);
  fs.mount(memory, {}, shimFolder);
  const made = new Set<string>();
  for (const [path, text] of Object.entries(shims)) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = `${shimFolder}/${parts.slice(0, depth).join("/")}`;
      if (!made.has(folder)) fs.mkdir(folder);
      made.add(folder);
    }
    fs.writeFile(`${shimFolder}/${path}`, text);
  }
}

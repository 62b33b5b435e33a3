import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasExactName, inFolder, isInside, isPlainName, RefusedError } from "./containment.js";
import { errnoOf } from "./errno.js";
import type {
  EmscriptenFs,
  FsAttributes,
  FsNode,
  FsStream,
  FsType,
  NodeOps,
  StreamOps,
} from "./glue-types.js";

/** Bits of open's flags in Emscripten's C library. */
const accessMode = 0x3;
const readOnlyAccess = 0;

/** A file or folder of the host; `real` is its path without links, as it was when looked up. */
interface HostNode extends FsNode {
  real: string;
}

interface HostStream extends FsStream {
  hostFd: number;
}

export interface HostFolderOptions {
  /** Folder of the host that is shown. */
  readonly folder: string;
  readonly readOnly: boolean;
  /** Name at the top that is not the host's: hidden there, and shown as something else by the mount. */
  readonly hiddenName: string;
}

/**
 * A file system type for Emscripten's FS over a folder of the host. Nothing outside the folder can be
 * reached: links are followed only while they stay inside, and only regular files and folders exist. No node
 * is kept between two calls, so what other programs do to the folder shows at once.
 */
export function createHostFolder(fs: EmscriptenFs, options: HostFolderOptions): FsType {
  const root = realpathSync.native(options.folder);

  const guard = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (error instanceof fs.ErrnoError) throw error;
      throw new fs.ErrnoError(errnoOf((error as NodeJS.ErrnoException).code));
    }
  };
  const requireWritable = (): void => {
    if (options.readOnly) throw new RefusedError("EROFS");
  };
  /** Runs an action on an entry of a folder, by a path that cannot lead elsewhere. */
  const onEntry = <T>(path: string, action: (path: string) => T): T =>
    inFolder(root, dirname(path), (folder) => action(join(folder, basename(path))));

  const createNode = (parent: FsNode | null, name: string, real: string, stats: Stats): HostNode => {
    const mode = stats.isDirectory() ? 0o40755 : 0o100644;
    const node = new fs.FSNode(parent, name, mode, 0) as HostNode;
    node.real = real;
    node.node_ops = nodeOps;
    node.stream_ops = stats.isDirectory() ? folderStreamOps : streamOps;
    return node;
  };

  /** The real path and state of a folder's entry; throws as if there were none for what must not be reached. */
  const find = (parent: HostNode, name: string): { real: string; stats: Stats } => {
    if (!isPlainName(name, process.platform)) throw new RefusedError("ENOENT");
    const path = join(parent.real, name);
    const own = lstatSync(path);
    if (!hasExactName(parent.real, name)) throw new RefusedError("ENOENT");
    if (!own.isSymbolicLink()) {
      if (!own.isFile() && !own.isDirectory()) throw new RefusedError("EACCES");
      return { real: path, stats: own };
    }
    const real = realpathSync.native(path);
    if (!isInside(root, real)) throw new RefusedError("EACCES");
    const stats = lstatSync(real);
    if (!stats.isFile() && !stats.isDirectory()) throw new RefusedError("EACCES");
    return { real, stats };
  };

  const nodeOps: Partial<NodeOps> = {
    getattr: (node) => guard(() => attributesOf(statSync((node as HostNode).real))),
    setattr: (node, attributes) =>
      guard(() => {
        const { size } = attributes;
        // Permissions and times are the host's business.
        if (size === undefined) return;
        requireWritable();
        onEntry((node as HostNode).real, (path) => {
          const fd = openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
          try {
            ftruncateSync(fd, size);
          } finally {
            closeSync(fd);
          }
        });
      }),
    lookup: (parent, name) =>
      guard(() => {
        const { real, stats } = find(parent as HostNode, name);
        return createNode(parent, name, real, stats);
      }),
    mknod: (parent, name, mode) =>
      guard(() => {
        requireWritable();
        requirePlain(name);
        const path = join((parent as HostNode).real, name);
        onEntry(path, (entry) => {
          if ((mode & 0o170000) === 0o40000) mkdirSync(entry);
          else {
            const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
            closeSync(openSync(entry, flags, 0o666));
          }
        });
        const { real, stats } = find(parent as HostNode, name);
        return createNode(parent, name, real, stats);
      }),
    rename: (node, newParent, newName) =>
      guard(() => {
        requireWritable();
        requirePlain(newName);
        // The entry itself moves, not what it may link to.
        const from = join((node.parent as HostNode).real, node.name);
        const to = join((newParent as HostNode).real, newName);
        onEntry(from, (source) => onEntry(to, (target) => renameSync(source, target)));
        node.name = newName;
      }),
    unlink: (parent, name) =>
      guard(() => {
        requireWritable();
        requirePlain(name);
        onEntry(join((parent as HostNode).real, name), unlinkSync);
      }),
    rmdir: (parent, name) =>
      guard(() => {
        requireWritable();
        requirePlain(name);
        onEntry(join((parent as HostNode).real, name), (path) => rmdirSync(path));
      }),
    readdir: (node) =>
      guard(() => {
        const folder = node as HostNode;
        const names = inFolder(root, folder.real, (path) => readdirSync(path));
        const shown = names.filter((name) => {
          if (folder.real === root && name === options.hiddenName) return false;
          try {
            find(folder, name);
            return true;
          } catch {
            return false;
          }
        });
        return [".", "..", ...shown];
      }),
    statfs: () =>
      guard(() => {
        const stats = statfsSync(root);
        return {
          bsize: stats.bsize,
          frsize: stats.bsize,
          blocks: stats.blocks,
          bfree: stats.bfree,
          bavail: stats.bavail,
          files: stats.files,
          ffree: stats.ffree,
        };
      }),
  };

  // Listing a folder moves its stream from entry to entry.
  const folderStreamOps: Partial<StreamOps> = {
    llseek: (stream, offset, whence) => (whence === 1 ? stream.position + offset : offset),
  };

  const streamOps: Partial<StreamOps> = {
    open: (stream) =>
      guard(() => {
        const access = stream.flags & accessMode;
        if (access !== readOnlyAccess) requireWritable();
        // Not blocking: should the file have become a pipe meanwhile, opening must not wait for its other end.
        const flags = access | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
        const fd = onEntry((stream.node as HostNode).real, (path) => openSync(path, flags));
        if (!fstatSync(fd).isFile()) {
          closeSync(fd);
          throw new RefusedError("EACCES");
        }
        (stream as HostStream).hostFd = fd;
      }),
    close: (stream) => guard(() => closeSync((stream as HostStream).hostFd)),
    read: (stream, buffer, offset, length, position) =>
      guard(() => readSync((stream as HostStream).hostFd, buffer, offset, length, position)),
    write: (stream, buffer, offset, length, position) =>
      guard(() => writeSync((stream as HostStream).hostFd, buffer, offset, length, position)),
    llseek: (stream, offset, whence) =>
      guard(() => {
        const base =
          whence === 0 ? 0 : whence === 1 ? stream.position : fstatSync((stream as HostStream).hostFd).size;
        if (base + offset < 0) throw new RefusedError("EINVAL");
        return base + offset;
      }),
    fsync: () => 0,
  };

  return {
    mount: () => createNode(null, "/", root, statSync(root)),
  };
}

function attributesOf(stats: Stats): FsAttributes {
  return {
    dev: 1,
    ino: stats.ino,
    mode: stats.isDirectory() ? 0o40755 : 0o100644,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: stats.size,
    atime: stats.atime,
    mtime: stats.mtime,
    ctime: stats.ctime,
    blksize: 4096,
    blocks: Math.ceil(stats.size / 512),
  };
}

function requirePlain(name: string): void {
  if (!isPlainName(name, process.platform)) throw new RefusedError("EINVAL");
}

/** What is used of the JavaScript glue that comes with MicroPython's WebAssembly port (Emscripten's FS included). */

export interface FsNode {
  id: number;
  name: string;
  mode: number;
  parent: FsNode;
  /** Absent while the root of a mount is being made. */
  mount: FsMount | undefined;
  mounted: FsMount | null;
  node_ops: Partial<NodeOps>;
  stream_ops: Partial<StreamOps>;
}

interface FsMount {
  type: FsType;
  mountpoint: string;
  root: FsNode;
}

export interface FsStream {
  node: FsNode;
  fd: number | null;
  flags: number;
  position: number;
  seekable: boolean;
  stream_ops: Partial<StreamOps>;
}

/** Only `size` and `mode` are ever asked for by MicroPython's `os`; times are Dates. */
export interface FsAttributes {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  atime: Date;
  mtime: Date;
  ctime: Date;
  blksize: number;
  blocks: number;
}

export interface NodeOps {
  getattr(node: FsNode): FsAttributes;
  setattr(node: FsNode, attributes: { size?: number }): void;
  lookup(parent: FsNode, name: string): FsNode;
  mknod(parent: FsNode, name: string, mode: number, device: number): FsNode;
  rename(node: FsNode, parent: FsNode, name: string): void;
  unlink(parent: FsNode, name: string): void;
  rmdir(parent: FsNode, name: string): void;
  readdir(node: FsNode): string[];
  statfs(root: unknown): Record<string, number>;
}

export interface StreamOps {
  open(stream: FsStream): void;
  close(stream: FsStream): void;
  read(stream: FsStream, buffer: Uint8Array, offset: number, length: number, position: number): number;
  write(stream: FsStream, buffer: Uint8Array, offset: number, length: number, position: number): number;
  llseek(stream: FsStream, offset: number, whence: number): number;
  /** Poll events that are ready: 1 to read, 4 to write. */
  poll(stream: FsStream): number;
  fsync(stream: FsStream): number;
}

export interface FsType {
  mount(mount: FsMount): FsNode;
}

export interface EmscriptenFs {
  root: FsNode | null;
  currentPath: string;
  streams: (FsStream | null)[];
  filesystems: { MEMFS: FsType };
  ErrnoError: new (errno: number) => Error & { errno: number };
  FSNode: new (parent: FsNode | null, name: string, mode: number, device: number) => FsNode;
  createNode(parent: FsNode | null, name: string, mode: number, device: number): FsNode;
  hashAddNode(node: FsNode): void;
  mount(type: FsType, options: object, mountpoint: string): FsNode;
  mkdir(path: string): FsNode;
  writeFile(path: string, data: string | Uint8Array): void;
  close(stream: FsStream): void;
}

interface GlueModule {
  /** Allocates in the wasm memory; 0 if there is none left. */
  _malloc(this: void, size: number): number;
  /** Schedules a KeyboardInterrupt. */
  _mp_sched_keyboard_interrupt(this: void): void;
}

export interface MicroPython {
  _module: GlueModule;
  FS: EmscriptenFs;
  globals: { get(name: string): unknown };
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
  replInit(): void;
  /** Nonzero when the REPL asks for a soft reset. */
  replProcessChar(byte: number): number;
}

export interface LoadOptions {
  /** Size of the Python stack in words. */
  pystack: number;
  /** Size of the first heap in bytes. */
  heapsize: number;
  url: string;
  stdin: () => number | null;
  stdout: (bytes: Uint8Array) => void;
  stderr: (bytes: Uint8Array) => void;
  linebuffer: boolean;
}

/** A file to be written: its path on the board, and how its bytes are had. */
export interface FileSource {
  readonly path: string;
  /** Nothing has its path on the board, nor waits for it: that need not be looked up. */
  readonly isNew?: boolean;
  read(): Promise<Uint8Array>;
}

/** Part of a file that a segment holds. */
export interface PackedPart {
  readonly path: string;
  /** The first part of its file. */
  readonly first: boolean;
  readonly isNew: boolean;
  /** Bytes of it in this segment. */
  readonly count: number;
  /** Of the whole file. */
  readonly size: number;
  /** Of the whole file, with its last part; before that empty. */
  readonly hash: string;
}

/** A stretch of the bytes of one file after the other. */
export interface Segment {
  readonly bytes: Uint8Array;
  readonly parts: readonly PackedPart[];
}

/** Cuts files, put end to end, into segments of at most `size` bytes and `most` parts. */
export async function* packFiles(
  files: Iterable<FileSource>,
  size: number,
  most: number,
  digest: (bytes: Uint8Array) => Promise<string>,
): AsyncGenerator<Segment> {
  let bytes = new Uint8Array(size);
  let used = 0;
  let parts: PackedPart[] = [];
  for (const file of files) {
    const content = await file.read();
    const hash = await digest(content);
    let at = 0;
    do {
      if (used === size || parts.length === most) {
        yield { bytes: bytes.subarray(0, used), parts };
        bytes = new Uint8Array(size);
        used = 0;
        parts = [];
      }
      const count = Math.min(size - used, content.length - at);
      bytes.set(content.subarray(at, at + count), used);
      used += count;
      const isLast = at + count === content.length;
      parts.push({
        path: file.path,
        first: at === 0,
        isNew: file.isNew === true,
        count,
        size: content.length,
        hash: isLast ? hash : "",
      });
      at += count;
    } while (at < content.length);
  }
  if (parts.length > 0) yield { bytes: bytes.subarray(0, used), parts };
}

/** Raw deflate (RFC 1951). No distance in it is longer than `bytes` is. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

import { once } from "node:events";
import type { Writable } from "node:stream";

/** Writes text and waits while the reader is slower: memory stays bounded however much is printed. */
export async function print(stream: Writable, text: string | Uint8Array): Promise<void> {
  if (!stream.write(text)) await once(stream, "drain");
}

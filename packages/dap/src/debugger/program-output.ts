/** Decodes a program's output as UTF-8, whatever the chunks. Bytes that are none become U+FFFD. */
export class OutputDecoder {
  #decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

  decode(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What an unfinished character at the end leaves; the decoder is as new then. */
  flush(): string {
    const rest = this.#decoder.decode();
    this.#decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
    return rest;
  }
}

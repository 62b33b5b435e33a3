import { AgentError } from "../agent-link/agent-error.js";
import type { CodeRunner } from "../code-runner.js";
import { TransportError } from "../transport-error.js";
import { boardCode, finishedSuffix, unfinishedSuffix } from "./board-code.js";
import {
  bytesFromBase64,
  bytesFromHex,
  bytesToBase64,
  bytesToHex,
  type CheckKind,
  checkOf,
  hexOf,
} from "./checksum.js";
import { takesData } from "./data-runner.js";
import { FileError, fileErrorOf } from "./file-error.js";
import { deflate } from "./pack.js";
import { asciiBytesLiteral, readRepr } from "../python-literal.js";

/** What a board's MicroPython has for our code to use. */
export interface BoardFacts {
  readonly check: CheckKind;
  readonly hasSha256: boolean;
  readonly hasBase64: boolean;
  readonly hasDeflate: boolean;
  /** Bytes of its heap that were free when it was asked; fewer where data go as text. */
  readonly freeMemory: number;
}

const encoder = new TextEncoder();

/**
 * Calls the functions of the board code. Call and answer carry a checksum, so that a link that garbles bytes neither
 * makes the board do what nobody asked nor tells us what is not so.
 */
export class BoardLink {
  readonly #runner: CodeRunner;
  #facts: Promise<BoardFacts> | undefined;

  constructor(runner: CodeRunner) {
    this.#runner = runner;
  }

  /** Brings our code to the board unless it is there. */
  facts(): Promise<BoardFacts> {
    return (this.#facts ??= this.#install().catch((error: unknown) => {
      this.#facts = undefined;
      throw explain(error);
    }));
  }

  /**
   * The text that an expression over the board code's functions gives. It finds the data as `load[0]` and so on. Rejects with a
   * `FileError` where the board's file system refused, with a `TransportError` where the link failed.
   */
  async call(expression: string, data: readonly Uint8Array[] = []): Promise<string> {
    const facts = await this.facts();
    try {
      return await this.#call(facts, expression, data);
    } catch (error) {
      // The namespace is new: the board was reset since. Nothing has been done.
      if (!(error instanceof AgentError) || error.exception?.[0] !== "NameError") throw explain(error);
      this.#facts = undefined;
      const again = await this.facts();
      return await this.#call(again, expression, data).catch((error: unknown) => {
        throw explain(error);
      });
    }
  }

  /** The hash of a file's bytes as the board's `digest` has it. */
  async digest(bytes: Uint8Array): Promise<string> {
    const facts = await this.facts();
    if (!facts.hasSha256) return hexOf(checkOf(facts.check, bytes, 1));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const short = hash.subarray(0, 12);
    return facts.hasBase64 ? bytesToBase64(short) : bytesToHex(short);
  }

  /** The bytes that the board's `text` made text of. */
  async bytesOf(text: string): Promise<Uint8Array> {
    return (await this.facts()).hasBase64 ? bytesFromBase64(text) : bytesFromHex(text);
  }

  async #install(): Promise<BoardFacts> {
    const code = encoder.encode(boardCode);
    const hasRoom = Number(await this.#runner.run(askForRoom)) >= installMemory;
    const isPacked = hasRoom && takesData(this.#runner);
    let known: readonly string[] = [];
    for (const chunk of isPacked ? [code] : cutCode(boardCode)) {
      const answer = await this.#installChunk(chunk, isPacked);
      const [seen, check, ...facts] = answer.split(" ");
      if ((check !== "crc32" && check !== "adler32") || seen !== hexOf(checkOf(check, chunk, 1)))
        throw garbled();
      known = [check, ...facts];
    }
    const [check, sha256, base64, inflates, memory] = known;
    return {
      check: check === "crc32" ? "crc32" : "adler32",
      hasSha256: sha256 === "1",
      hasBase64: base64 === "1",
      hasDeflate: inflates === "1",
      // As text, in code in code, data take several times their size.
      freeMemory: Number(memory) / (takesData(this.#runner) ? 1 : 4),
    };
  }

  /** Compiles some of our code on the board; the answer is its check, and what is known of the board. */
  async #installChunk(code: Uint8Array, isPacked: boolean): Promise<string> {
    if (!takesData(this.#runner)) {
      return await this.#runner.run(`code = ${asciiBytesLiteral(code)}\n${installCode}`);
    }
    const get = isPacked ? `DeflateIO(BytesIO(data[0]), 1, ${installBits}).read()` : "data[0]";
    const data = isPacked ? await deflate(code) : code;
    return await this.#runner.runWithData(`code = ${get}\ndata = None\n${installCode}`, [data]);
  }

  async #call(facts: BoardFacts, expression: string, data: readonly Uint8Array[]): Promise<string> {
    const seenOf = (bytes: readonly Uint8Array[]): number =>
      bytes.reduce((seed, piece) => checkOf(facts.check, piece, seed), 1);
    const code = encoder.encode(expression);
    const start = `result = call(${seenOf([code, ...data])}, ${asciiBytesLiteral(code)}`;
    let answer: string;
    if (takesData(this.#runner)) {
      answer = await this.#runner.runWithData(`${start}, *data)`, data);
    } else {
      const literals = data.map((bytes) =>
        facts.hasBase64 ? `a2b_base64(b'${bytesToBase64(bytes)}')` : asciiBytesLiteral(bytes),
      );
      answer = await this.#runner.run(`${[start, ...literals].join(", ")})`);
    }
    const text = answer.slice(8);
    if (answer.slice(0, 8) !== hexOf(seenOf([encoder.encode(text)]))) throw garbled();
    const [, number, path] = /^!(\d+) (.*)$/.exec(text) ?? [];
    if (number !== undefined && path !== undefined) {
      throw fileErrorOf(Number(number), withoutSuffix(readRepr(path)));
    }
    return text;
  }
}

/** Our code does not raise by itself: what it raised says that memory is short, or that it did not arrive as it was sent. */
function explain(error: unknown): unknown {
  if (!(error instanceof AgentError)) return error;
  const [type, message] = error.exception ?? ["", error.message];
  if (type === "MemoryError") {
    return new FileError(
      "no-memory",
      "",
      `the board has too little free memory for this (${message}); reset it, and repeat.`,
    );
  }
  if (type === "KeyboardInterrupt") {
    return new TransportError("busy", "the board was interrupted by ctrl-C meanwhile; repeat", {
      cause: error,
    });
  }
  return new TransportError(
    "protocol",
    `the board could not run our code (${type}: ${message}), which the link may have changed; repeat`,
    { cause: error },
  );
}

/** Compiles the pieces of `code`, and tells its check; with the last of them, also what there is. */
const installCode = [
  "for piece in code.split(b'\\n\\n'):",
  " exec(piece)",
  "result = '%08x %s' % (check(code, 1), facts() if 'facts' in globals() else check_kind)",
  "del code, piece",
].join("\n");

/** Unpacking takes a window of this many bits, and so much memory with the code that it gives. */
const installBits = 13;
const installMemory = 60_000;

/** Where memory is short our code goes in chunks of about so many bytes. */
const chunkSize = 1200;

/** How much memory is free, where what unpacks our code is there, else 0: it is most of what a short command sends. */
const askForRoom = [
  "try:",
  " import gc",
  " from io import BytesIO",
  " from deflate import DeflateIO",
  " gc.collect()",
  " result = str(gc.mem_free())",
  "except ImportError:",
  " result = '0'",
].join("\n");

/** Our code in chunks, cut between pieces. */
function cutCode(text: string): Uint8Array[] {
  const chunks: string[] = [];
  for (const piece of text.split("\n\n")) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length + piece.length < chunkSize)
      chunks[chunks.length - 1] = `${last}\n\n${piece}`;
    else chunks.push(piece);
  }
  return chunks.map((chunk) => encoder.encode(chunk));
}

function withoutSuffix(path: string): string {
  const suffix = [unfinishedSuffix, finishedSuffix].find((each) => path.endsWith(each));
  return suffix === undefined ? path : path.slice(0, -suffix.length);
}

function garbled(): TransportError {
  return new TransportError(
    "protocol",
    "the link to the board loses or changes bytes; check the cable, or choose a slower baud rate, and repeat",
  );
}

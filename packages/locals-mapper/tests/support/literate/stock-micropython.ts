import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** What a JavaScript function that Python calls gets and gives: small ints and strings come as they are. */
type FromPython = (...values: never[]) => unknown;

interface PythonInstance {
  runPython(source: string): unknown;
  registerJsModule(name: string, module: Readonly<Record<string, FromPython>>): void;
  readonly globals: { get(name: string): unknown; set(name: string, value: unknown): void };
  /** Emscripten's module object. */
  readonly ["_module"]: { readonly HEAPU8: Uint8Array };
}

const folder = dirname(
  createRequire(import.meta.url).resolve("@micropython/micropython-webassembly-pyscript/package.json"),
);
const glue = (await import(pathToFileURL(join(folder, "micropython.mjs")).href)) as {
  loadMicroPython(options: object): Promise<PythonInstance>;
};

const itemProgram = `
_item = [None]
_item_id = id(_item)
def _take_item():
    item = _item[0]
    _item[0] = None
    return item
def _take_repr():
    return repr(_take_item())
`;

/**
 * One fresh MicroPython: the unmodified settrace build from npm, with its memory open to view. Addresses are bytes,
 * words 32 bits; objects are of representation A (py/obj.h).
 */
export class StockMicroPython {
  readonly #python: PythonInstance;
  /** Address of the only item of a Python list, through which raw words become objects. */
  readonly #item: number;
  /** Gives that item's `repr()` or the item, and clears it; good also while another program's globals are in force. */
  readonly #takeRepr: () => string;
  readonly #takeItem: () => string;
  /** All of memory as it was when `keep` was called. */
  #kept: Uint8Array | null = null;
  readonly #functions = new Map<string, (...values: (string | number)[]) => unknown>();

  private constructor(python: PythonInstance) {
    this.#python = python;
    python.runPython(itemProgram);
    this.#takeRepr = python.globals.get("_take_repr") as () => string;
    this.#takeItem = python.globals.get("_take_item") as () => string;
    // mp_obj_list_t (py/objlist.h): type, alloc, len, items.
    this.#item = this.word(this.number("_item_id") + 12);
  }

  /**
   * Starts one. What its programs print is dropped. Instances share state in their JavaScript
   * glue: the one started before must not be used any more. The heap's size is in bytes.
   */
  static async start(heapSize = 1 << 20): Promise<StockMicroPython> {
    const python = await glue.loadMicroPython({
      heapsize: heapSize,
      url: join(folder, "micropython-settrace.wasm"),
      stdout: () => undefined,
    });
    return new StockMicroPython(python);
  }

  /** Runs a text as a module of its own globals; throws what Python raises. */
  run(source: string): void {
    this.#python.runPython(source);
  }

  /** Makes Python functions callable, and the present state the one that `restore` goes back to. */
  keep(functions: readonly string[]): void {
    for (const name of functions) {
      this.#functions.set(
        name,
        this.#python.globals.get(name) as (...values: (string | number)[]) => unknown,
      );
    }
    this.#kept = this.#python["_module"].HEAPU8.slice();
  }

  /** Forgets all that was done since `keep`. Says false if that can't be because memory has grown. */
  restore(): boolean {
    const memory = this.#python["_module"].HEAPU8;
    if (this.#kept === null || memory.length !== this.#kept.length) return false;
    memory.set(this.#kept);
    return true;
  }

  /** Calls a function that `keep` was told of; throws what Python raises. */
  call(name: string, ...values: (string | number)[]): unknown {
    const kept = this.#functions.get(name);
    if (kept === undefined) throw new Error(`${name} was not kept`);
    return kept(...values);
  }

  set(name: string, value: string | number): void {
    this.#python.globals.set(name, value);
  }

  number(name: string): number {
    return Number(this.#python.globals.get(name));
  }

  text(name: string): string {
    return String(this.#python.globals.get(name));
  }

  /** Offers JavaScript functions to Python as a module. */
  offer(name: string, functions: Readonly<Record<string, FromPython>>): void {
    this.#python.registerJsModule(name, functions);
  }

  // A view of memory is made for each access: it becomes void when memory grows.
  get #view(): DataView {
    return new DataView(this.#python["_module"].HEAPU8.buffer);
  }

  word(address: number): number {
    return this.#view.getUint32(address, true);
  }

  half(address: number): number {
    return this.#view.getUint16(address, true);
  }

  bytes(address: number, length: number): Uint8Array {
    return this.#python["_module"].HEAPU8.slice(address, address + length);
  }

  /** `repr()` of the object that a word stands for. The word must be one: see the caller's reason to think so. */
  repr(word: number): string {
    this.#view.setUint32(this.#item, word, true);
    return this.#takeRepr();
  }

  /** The string with this qstr number. */
  qstr(number: number): string {
    this.#view.setUint32(this.#item, (number << 3) | 2, true);
    return this.#takeItem();
  }
}

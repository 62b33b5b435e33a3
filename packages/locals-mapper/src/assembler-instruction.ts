import { constantOf } from "./constants.js";
import type { ResolvedOptions } from "./options.js";
import { nameOf } from "./node-parts.js";
import { type Child, Kind } from "./tree.js";

/** Labels of an inline-assembler function, or null while they are still being gathered. */
export type Labels = ReadonlySet<string> | null;

/**
 * One instruction of an inline-assembler function, and what its assembler says of it. An assembler goes on after a wrong
 * operand, and the last thing it says is what MicroPython reports.
 */
export class AssemblerInstruction {
  readonly name: string;
  readonly operands: readonly Child[];
  /** The minor number of MicroPython's version. */
  readonly minorVersion: number;
  /** Bits of a machine word where the compiler runs. */
  readonly wordBits: number;
  readonly #labels: Labels;
  /** What is wrong, or null. */
  error: string | null = null;

  constructor(name: string, operands: readonly Child[], labels: Labels, options: ResolvedOptions) {
    this.name = name;
    this.operands = operands;
    this.#labels = labels;
    this.minorVersion = options.minorVersion;
    this.wordBits = options.crossCompiled || options.smallIntBits === 63 ? 64 : 32;
  }

  /** Name and number of operands, as tables list instructions. */
  get form(): string {
    return `${this.name}/${this.operands.length}`;
  }

  /** The operand's identifier; empty if it is none. */
  word(operand: number): string {
    return nameOf(this.operands[operand] ?? undefined);
  }

  /** Whether this is the first pass, which meets the labels. */
  get gathersLabels(): boolean {
    return this.#labels === null;
  }

  /** Whether an operand names a label that does not exist. Not known before all labels are. */
  isUndefined(label: string): boolean {
    return this.#labels !== null && !this.#labels.has(label);
  }
}

/** Reads a table of instructions: entries parted by `;`, each a word and what belongs to it. */
export function readTable(text: string): ReadonlyMap<string, string> {
  const entries = text.split(";").map((entry) => {
    const [word = "", ...rest] = entry.trim().split(/\s+/);
    return [word, rest.join(" ")] as const;
  });
  return new Map(entries);
}

/** The integer that a node is, or null (mp_parse_node_get_int_maybe). */
export function integerOf(node: Child): bigint | null {
  if (node?.kind !== Kind.SmallInt && node?.kind !== Kind.ConstObject) return null;
  const constant = constantOf(node);
  return constant?.type === "int" ? constant.value : null;
}

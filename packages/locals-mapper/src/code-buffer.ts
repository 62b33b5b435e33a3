/**
 * Bytes of the function being emitted, with every jump still at its long size, and what is needed to shrink it. Operands
 * that index the module's tables have no bytes yet: what they are is known when all functions before are emitted.
 *
 * A jump whose offset is small takes two bytes, any other three. MicroPython settles the sizes by emitting a function
 * again until nothing shrinks (emit_write_bytecode_byte_label, py/emitbc.c); starting from all jumps long, shrinking
 * whichever fit until none does gives the same sizes, since jumps never grow back.
 */
export class CodeBuffer {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #operandOffsets: number[] = [];
  #operandUses: number[] = [];
  #jumpOffsets: number[] = [];
  #jumpLabels: number[] = [];
  #labels: number[] = [];
  #markOffsets: number[] = [];
  #markLines: number[] = [];

  get length(): number {
    return this.#length;
  }

  reset(): void {
    this.#length = 0;
    this.#operandOffsets = [];
    this.#operandUses = [];
    this.#jumpOffsets = [];
    this.#jumpLabels = [];
    this.#labels = [];
    this.#markOffsets = [];
    this.#markLines = [];
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = value;
  }

  /** A number in groups of 7 bits, highest first, each but the last with its top bit set (mp_encode_uint). */
  unsigned(value: number): void {
    if (value < 0x80) this.byte(value);
    else this.#groups(value);
  }

  /** As `unsigned`, with bit 6 of the first byte for the sign (emit_write_bytecode_byte_int). */
  signed(value: number | bigint): void {
    if (value >= -0x40 && value < 0x40) {
      this.byte(Number(value) & 0x7f);
      return;
    }
    if (value >= -0x2000 && value < 0x2000) {
      const bits = Number(value);
      this.byte(((bits >> 7) & 0x7f) | 0x80);
      this.byte(bits & 0x7f);
      return;
    }
    let rest = BigInt(value);
    const groups: number[] = [];
    do {
      groups.push(Number(rest & 0x7fn));
      rest >>= 7n;
    } while (rest !== 0n && rest !== -1n);
    const top = groups[groups.length - 1] ?? 0;
    if (rest === -1n && (top & 0x40) === 0) groups.push(0x7f);
    else if (rest === 0n && (top & 0x40) !== 0) groups.push(0);
    for (let i = groups.length - 1; i >= 0; i--) this.byte((groups[i] ?? 0) | (i > 0 ? 0x80 : 0));
  }

  /** An operand that will be the index of the function's `use`-th use of the module's tables. */
  operand(use: number): void {
    this.#operandOffsets.push(this.#length);
    this.#operandUses.push(use);
  }

  /** A jump opcode and room for its offset. */
  jump(opcode: number, label: number): void {
    this.#jumpOffsets.push(this.#length);
    this.#jumpLabels.push(label);
    this.byte(opcode);
    this.byte(0);
    this.byte(0);
  }

  /** A label stands here. */
  label(label: number): void {
    this.#labels[label] = this.#length;
  }

  /** Code from here on belongs to the line. Lines must rise. */
  mark(line: number): void {
    this.#markOffsets.push(this.#length);
    this.#markLines.push(line);
  }

  /** Takes what was emitted out of the buffer, for `settleCode` to work on. */
  take(): UnsettledCode {
    const jumpCount = this.#jumpOffsets.length;
    const targets: number[] = [];
    for (let i = 0; i < jumpCount; i++) {
      // A jump to a label that was never assigned (after an error) goes nowhere.
      const label = this.#labels[this.#jumpLabels[i] ?? 0];
      targets.push(label ?? (this.#jumpOffsets[i] ?? 0) + 3);
    }
    return {
      bytes: this.#bytes.slice(0, this.#length),
      operandOffsets: this.#operandOffsets,
      operandUses: this.#operandUses,
      jumpOffsets: this.#jumpOffsets,
      jumpTargets: targets,
      markOffsets: this.#markOffsets,
      markLines: this.#markLines,
    };
  }

  #groups(value: number): void {
    const groups: number[] = [];
    for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
      groups.push(rest % 0x80);
      if (rest < 0x80) break;
    }
    for (let i = groups.length - 1; i >= 0; i--) this.byte((groups[i] ?? 0) | (i > 0 ? 0x80 : 0));
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

/**
 * A function's code before its operands have their values and its jumps their size. Offsets count from its first opcode,
 * in `bytes`.
 */
export interface UnsettledCode {
  readonly bytes: Uint8Array;
  /** Where operands that index the module's tables belong, rising, and which of the function's uses of them each is. */
  readonly operandOffsets: readonly number[];
  readonly operandUses: readonly number[];
  readonly jumpOffsets: readonly number[];
  readonly jumpTargets: readonly number[];
  readonly markOffsets: readonly number[];
  readonly markLines: readonly number[];
}

/** A function's code as it runs. */
export interface SettledCode {
  readonly bytes: Uint8Array;
  /** Offsets at which each line of `markLines` begins. */
  readonly markOffsets: readonly number[];
  readonly markLines: readonly number[];
  /** Whether a jump is too far for 15 bits; MicroPython then refuses to compile ("bytecode overflow"). */
  readonly overflows: boolean;
}

/** The last opcode whose jump offset is signed (POP_JUMP_IF_FALSE). */
const lastSignedJump = 0x44;

/** A bound of the size of some code once it is settled, in bytes, if the module's tables have so many entries at most. */
export function largestSize(code: UnsettledCode, entries: number): number {
  return code.bytes.length + sizeOfUnsigned(entries) * code.operandOffsets.length;
}

/** The same code with its lines, which must all lie beyond 1, moved by so many. */
export function moveLines(code: UnsettledCode, lines: number): UnsettledCode {
  return { ...code, markLines: code.markLines.map((line) => line + lines) };
}

/** The code with its operands. `indices` are those of the function's uses of the module's tables. */
function insertOperands(code: UnsettledCode, indices: readonly number[]): UnsettledCode {
  const { operandOffsets, operandUses } = code;
  const count = operandOffsets.length;
  if (count === 0) return code;
  // added[i]: bytes of the operands before the i-th.
  const added = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    added[i + 1] = added[i]! + sizeOfUnsigned(indices[operandUses[i]!]!);
  }
  const bytes = new Uint8Array(code.bytes.length + added[count]!);
  let from = 0;
  let to = 0;
  for (let i = 0; i < count; i++) {
    const offset = operandOffsets[i]!;
    while (from < offset) bytes[to++] = code.bytes[from++]!;
    const index = indices[operandUses[i]!]!;
    for (let left = added[i + 1]! - added[i]! - 1; left >= 0; left--) {
      bytes[to++] = ((index >>> (7 * left)) & 0x7f) | (left > 0 ? 0x80 : 0);
    }
  }
  bytes.set(code.bytes.subarray(from), to);
  // Nothing stands between an opcode and its operand: what is at the operand's offset comes after it.
  const move = (offset: number) => offset + added[countBelow(operandOffsets, offset + 1)]!;
  return {
    bytes,
    operandOffsets: [],
    operandUses: [],
    jumpOffsets: code.jumpOffsets.map(move),
    jumpTargets: code.jumpTargets.map(move),
    markOffsets: code.markOffsets.map(move),
    markLines: code.markLines,
  };
}

/** Bytes of a number in groups of 7 bits. */
function sizeOfUnsigned(value: number): number {
  let size = 1;
  for (let rest = value >>> 7; rest !== 0; rest >>>= 7) size++;
  return size;
}

/**
 * Gives every operand its value and every jump its size and offset. `indices` are those of the function's uses of the
 * module's tables.
 */
export function settleCode(unlinked: UnsettledCode, indices: readonly number[]): SettledCode {
  const code = insertOperands(unlinked, indices);
  const { jumpOffsets, jumpTargets } = code;
  const count = jumpOffsets.length;
  // shrunk[i]: bytes saved by the jumps before the i-th; targetIndex[i]: the jumps before its target.
  const isShort = new Uint8Array(count);
  const shrunk = new Int32Array(count + 1);
  const targetIndex = new Int32Array(count);
  for (let i = 0; i < count; i++) targetIndex[i] = countBelow(jumpOffsets, jumpTargets[i] ?? 0);

  let changed = true;
  while (changed) {
    changed = false;
    for (let i = 0; i < count; i++) {
      if (isShort[i]) continue;
      const distance = distanceOf(code, i, shrunk, targetIndex);
      const signed = (code.bytes[jumpOffsets[i] ?? 0] ?? 0) <= lastSignedJump;
      if (signed ? distance >= -64 && distance <= 63 : distance >= 0 && distance <= 127) {
        isShort[i] = 1;
        changed = true;
      }
    }
    if (changed) for (let i = 0; i < count; i++) shrunk[i + 1] = (shrunk[i] ?? 0) + (isShort[i] ?? 0);
  }

  const saved = shrunk[count] ?? 0;
  const bytes = new Uint8Array(code.bytes.length - saved);
  let overflows = false;
  let from = 0;
  let to = 0;
  for (let i = 0; i < count; i++) {
    const offset = jumpOffsets[i] ?? 0;
    const until = offset + 1;
    bytes.set(code.bytes.subarray(from, until), to);
    to += until - from;
    from = offset + 3;
    const signed = (code.bytes[offset] ?? 0) <= lastSignedJump;
    const distance = distanceOf(code, i, shrunk, targetIndex);
    if (isShort[i]) {
      bytes[to++] = signed ? distance + 0x40 : distance;
    } else {
      const encoded = distance - 1 + (signed ? 0x4000 : 0);
      if (encoded < 0 || encoded > 0x7fff) overflows = true;
      bytes[to++] = 0x80 | (encoded & 0x7f);
      bytes[to++] = (encoded >> 7) & 0xff;
    }
  }
  bytes.set(code.bytes.subarray(from), to);

  const markOffsets = code.markOffsets.map(
    (offset) => offset - (shrunk[countBelow(jumpOffsets, offset)] ?? 0),
  );
  return { bytes, markOffsets, markLines: code.markLines, overflows };
}

/** How far the i-th jump goes in the layout reached so far, from the end of its two-byte form. */
function distanceOf(code: UnsettledCode, i: number, shrunk: Int32Array, targetIndex: Int32Array): number {
  const target = (code.jumpTargets[i] ?? 0) - (shrunk[targetIndex[i] ?? 0] ?? 0);
  return target - ((code.jumpOffsets[i] ?? 0) - (shrunk[i] ?? 0)) - 2;
}

/** How many of the rising numbers are below a bound. */
function countBelow(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

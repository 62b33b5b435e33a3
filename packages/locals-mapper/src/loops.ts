import type { SettledCode } from "./code-buffer.js";
import { Op } from "./opcodes.js";

/** A loop all of whose code belongs to one line. */
export interface LineLoop {
  readonly line: number;
  /** Offset in the code that the jump back leads to. */
  readonly start: number;
  /** Offset of the jump back. */
  readonly end: number;
  /**
   * Whether a trace function gets a line event every time round: MicroPython forgets the current line when an iterator
   * yields, so a `for` over one does, a `while` or a counted `for` does not.
   */
  readonly refires: boolean;
}

/** The loops of a function that stay on one line, in the order of their ends. */
export function loopsOf(code: SettledCode): LineLoop[] {
  const { bytes } = code;
  const loops: LineLoop[] = [];
  for (let ip = 0; ip < bytes.length; ip = nextInstruction(bytes, ip)) {
    const opcode = bytes[ip] ?? 0;
    if (opcode < Op.UnwindJump || opcode > Op.PopJumpIfFalse) continue;
    const target = jumpTarget(bytes, ip);
    if (target > ip) continue;
    const line = lineAt(code, ip);
    if (lineAt(code, target) !== line) continue;
    loops.push({ line, start: target, end: ip, refires: bytes[target] === Op.ForIter });
  }
  return loops;
}

/** Offset of the instruction after the one at `ip` (mp_opcode_decode, py/bc.c and the formats of py/bc0.h). */
function nextInstruction(bytes: Uint8Array, ip: number): number {
  const opcode = bytes[ip] ?? 0;
  let next = ip + 1;
  switch (opcode >> 4) {
    case 1:
    case 2:
    case 3:
      while ((bytes[next] ?? 0) & 0x80) next++;
      next++;
      break;
    case 4:
      next += (bytes[next] ?? 0) & 0x80 ? 2 : 1;
      break;
  }
  const hasExtraByte =
    opcode === Op.UnwindJump || opcode === Op.MakeClosure || opcode === Op.MakeClosureDefargs;
  return hasExtraByte ? next + 1 : next;
}

/** Where a jump with a signed offset leads. */
function jumpTarget(bytes: Uint8Array, ip: number): number {
  const low = bytes[ip + 1] ?? 0;
  if (!(low & 0x80)) return ip + 2 + low - 0x40;
  return ip + 3 + ((low & 0x7f) | ((bytes[ip + 2] ?? 0) << 7)) - 0x4000;
}

function lineAt(code: SettledCode, offset: number): number {
  const { markOffsets, markLines } = code;
  let low = 0;
  let high = markOffsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((markOffsets[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 1 : (markLines[low - 1] ?? 1);
}

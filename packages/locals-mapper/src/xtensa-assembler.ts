import { type AssemblerInstruction, integerOf, readTable } from "./assembler-instruction.js";
import { nameOf } from "./node-parts.js";
import { type Child, Kind } from "./tree.js";

/**
 * Operands of each instruction, by its name and their number: `r` a register, `label`, `-32..95` an integer in that range,
 * with `/4` a multiple of 4, `i` any integer.
 */
const instructions = readTable(
  `ret_n/0; callx0/1 r; j/1 label; jx/1 r; beqz/2 r label; bnez/2 r label; mov/2 r r; mov_n/2 r r; movi/2 r i;
   and_/3 r r r; or_/3 r r r; xor/3 r r r; add/3 r r r; sub/3 r r r; mull/3 r r r;
   l8ui/3 r r 0..255; l16ui/3 r r 0..510; l32i/3 r r 0..1020; s8i/3 r r 0..255; s16i/3 r r 0..510; s32i/3 r r 0..1020;
   l16si/3 r r 0..510; addi/3 r r -128..127;
   ball/3 r r label; bany/3 r r label; bbc/3 r r label; bbs/3 r r label; beq/3 r r label; bge/3 r r label;
   bgeu/3 r r label; blt/3 r r label; bnall/3 r r label; bne/3 r r label; bnone/3 r r label`,
);

/** Those that came with 1.26. */
const laterInstructions = readTable(
  `ret/0; nop/0; nop_n/0; ssl/1 r; ssr/1 r; ssai/1 0..31; ssa8b/1 r; ssa8l/1 r; call0/1 label;
   bltz/2 r label; bgez/2 r label; beqz_n/2 r label; bnez_n/2 r label; abs_/2 r r; neg/2 r r; sll/2 r r; sra/2 r r;
   srl/2 r r; nsa/2 r r; nsau/2 r r; l32r/2 r label; movi_n/2 r -32..95;
   addx2/3 r r r; addx4/3 r r r; addx8/3 r r r; subx2/3 r r r; subx4/3 r r r; subx8/3 r r r; src/3 r r r; add_n/3 r r r;
   addi_n/3 r r -1..15; addmi/3 r r -32768..32512/256; bltu/3 r r label; bbci/3 r 0..31 label; bbsi/3 r 0..31 label;
   slli/3 r r 1..31; srai/3 r r 0..31; srli/3 r r 0..15; l32i_n/3 r r 0..60/4; s32i_n/3 r r 0..60/4`,
);

/** Checks an instruction of Xtensa's set (py/emitinlinextensa.c 1.26.1). */
export function checkXtensaInstruction(instruction: AssemblerInstruction): void {
  const { name, operands } = instruction;
  const later = instruction.minorVersion >= 26 ? laterInstructions.get(instruction.form) : undefined;
  const wanted = instructions.get(instruction.form) ?? later;
  if (wanted === undefined) {
    instruction.error = `unsupported Xtensa instruction '${name}' with ${operands.length} arguments`;
    return;
  }
  if (wanted !== "")
    wanted.split(" ").forEach((kind, i) => checkOperand(instruction, operands[i] ?? null, kind));
}

function checkOperand(instruction: AssemblerInstruction, operand: Child, kind: string): void {
  const { name } = instruction;
  const word = nameOf(operand ?? undefined);
  if (kind === "r") {
    if (!/^a(\d|1[0-5])$/.test(word)) instruction.error = `'${name}' expects a register`;
  } else if (kind === "label") {
    if (operand?.kind !== Kind.Id) instruction.error = `'${name}' expects a label`;
    else if (instruction.isUndefined(word)) instruction.error = `label '${word}' not defined`;
  } else {
    checkInteger(instruction, operand, kind);
  }
}

function checkInteger(instruction: AssemblerInstruction, operand: Child, kind: string): void {
  const value = integerOf(operand);
  if (value === null) {
    instruction.error = `'${instruction.name}' expects an integer`;
    return;
  }
  const [, least, most, step] = /^(-?\d+)\.\.(\d+)(?:\/(\d+))?$/.exec(kind) ?? [];
  if (least === undefined || most === undefined) return;
  const number = Number(BigInt.asIntN(32, value));
  if (number < Number(least) || number > Number(most)) {
    instruction.error = `'${instruction.name}' integer ${number} isn't within range ${least}..${most}`;
  } else if (step !== undefined && number % Number(step) !== 0) {
    instruction.error = `${number} is not a multiple of ${step}`;
  }
}

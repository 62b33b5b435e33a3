import { type AssemblerInstruction, integerOf, readTable } from "./assembler-instruction.js";
import { nameOf } from "./node-parts.js";
import { type Child, isToken, Kind, Token } from "./tree.js";

const registers = new Map<string, number>(
  (
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6 " +
    Array.from({ length: 32 }, (_, number) => `x${number}`).join(" ")
  )
    .split(" ")
    .map((name, index) => [name, index % 32]),
);

/**
 * Operands of each instruction: `r` a register, `r1` one other than the zero register, `r3` other than that and the stack
 * pointer, `r8` one of x8 to x15; `label`; `i` any integer, `s11` a signed one of 11 bits and a sign, `s6/4` a multiple of
 * 4; `u1f` one within that mask (hexadecimal), `u1f800<12` shifted left by 12 first; `!` not 0; `o...` such an integer and
 * a register behind it in parentheses.
 */
const instructions = readTable(
  `add r r r; addi r r s11; and_ r r r; andi r r s11; auipc r i; beq r r label; bge r r label; bgeu r r label;
   blt r r label; bltu r r label; bne r r label; csrrc r r ufff; csrrs r r ufff; csrrw r r ufff; csrrci r ufff u1f;
   csrrsi r ufff u1f; csrrwi r ufff u1f; c_add r1 r1; c_addi r1 s5!; c_addi4spn r8 u3fc!; c_and r8 r8; c_andi r8 s5;
   c_beqz r8 label; c_bnez r8 label; c_ebreak; c_j label; c_jal label; c_jalr r1; c_jr r1; c_li r1 s5;
   c_lui r3 u1f800<12!; c_lw r8 os6/4:r8; c_lwsp r1 s7/4; c_mv r1 r1; c_nop; c_or r8 r8; c_slli r1 u1f; c_srai r8 u1f;
   c_srli r8 u1f; c_sub r8 r8; c_sw r8 os6/4:r8; c_swsp r s7/4; c_xor r8 r8; div r r r; divu r r r; ebreak; ecall;
   jal r label; jalr r r s11; la r label; lb r os11:r; lbu r os11:r; lh r os11:r; lhu r os11:r; li r i; lui r i;
   lw r os11:r; mv r r; mul r r r; mulh r r r; mulhsu r r r; mulhu r r r; or_ r r r; ori r r s11; rem r r r; remu r r r;
   sb r os11:r; sh r os11:r; sll r r r; slli r r u1f; slt r r r; slti r r s11; sltiu r r s11; sltu r r r; sra r r r;
   srai r r u1f; srl r r r; srli r r u1f; sub r r r; sw r os11:r; xor r r r; xori r r s11`,
);

/** Checks an instruction of RISC-V's 32-bit set (py/emitinlinerv32.c 1.26.1). The first thing wrong is what counts. */
export function checkRv32Instruction(instruction: AssemblerInstruction): void {
  const { name, operands } = instruction;
  const wanted = instructions.get(name);
  if (wanted === undefined) {
    const unknown = instruction.minorVersion < 27 ? "unknown" : "invalid";
    instruction.error = `${unknown} RV32 instruction '${name}'`;
    return;
  }
  const kinds = wanted === "" ? [] : wanted.split(" ");
  if (operands.length !== kinds.length) {
    instruction.error = `opcode '${name}': expecting ${kinds.length} arguments`;
    return;
  }
  for (const [i, kind] of kinds.entries()) {
    const operand = operands[i] ?? null;
    const isWrong = kind.startsWith("o")
      ? checkOffset(instruction, operand, kind)
      : checkOperand(instruction, operand, kind, i + 1);
    if (isWrong) return;
  }
}

function refuse(instruction: AssemblerInstruction, number: number, reason: string): true {
  instruction.error = `opcode '${instruction.name}' argument ${number}: ${reason}`;
  return true;
}

/** Notes what is wrong with an operand and says whether anything is. */
function checkOperand(
  instruction: AssemblerInstruction,
  operand: Child,
  kind: string,
  number: number,
): boolean {
  const word = nameOf(operand ?? undefined);
  if (kind.startsWith("r")) {
    const register = registers.get(word);
    if (register === undefined) return refuse(instruction, number, "expecting register");
    return !isAllowed(register, kind) && refuse(instruction, number, "unknown register");
  }
  if (kind === "label") {
    if (operand?.kind !== Kind.Id) return refuse(instruction, number, "expecting label");
    return instruction.isUndefined(word) && refuse(instruction, number, `undefined label '${word}'`);
  }
  const value = integerOf(operand);
  if (value === null) return refuse(instruction, number, "expecting integer");
  return checkInteger(instruction, value, kind, number);
}

function isAllowed(register: number, kind: string): boolean {
  if (kind === "r8") return register >= 8 && register < 16;
  if (kind === "r3") return register !== 0 && register !== 2;
  return kind === "r" || register !== 0;
}

function checkInteger(
  instruction: AssemblerInstruction,
  value: bigint,
  kind: string,
  number: number,
): boolean {
  const [, type, size = "", step, shift] = /^([isu])([0-9a-f]*)(?:\/(\d+))?(?:<(\d+))?!?$/.exec(kind) ?? [];
  const bits = BigInt.asUintN(instruction.wordBits, value << BigInt(shift ?? 0));
  let fits = true;
  if (type === "u") {
    fits = (bits & ~BigInt(`0x${size}`)) === 0n;
  } else if (type === "s") {
    const signed = BigInt.asIntN(instruction.wordBits, bits);
    const limit = 1n << BigInt(size);
    fits = signed >= -limit && signed < limit && signed % BigInt(step ?? 1) === 0n;
  }
  if (!fits) return refuse(instruction, number, "out of range");
  return kind.endsWith("!") && bits === 0n && refuse(instruction, number, "must not be zero");
}

/** `offset(register)`, with a sign or without: to the parser a call. */
function checkOffset(instruction: AssemblerInstruction, operand: Child, kind: string): boolean {
  const [integer = "", register = ""] = kind.slice(1).split(":");
  let call = operand;
  let isNegative = false;
  if (call?.kind === Kind.Factor2) {
    isNegative = isToken(call.children[0] ?? null, Token.Minus);
    if (!isNegative && !isToken(call.children[0] ?? null, Token.Plus)) {
      return refuse(instruction, 2, "expecting offset");
    }
    call = call.children[1] ?? null;
  }
  if (call?.kind !== Kind.AtomExprNormal) return refuse(instruction, 2, "expecting offset");
  const value = integerOf(call.children[0] ?? null);
  if (value === null) return refuse(instruction, 2, "expecting integer");
  if (checkInteger(instruction, isNegative ? -value : value, integer, 2)) return true;
  return checkOperand(instruction, call.children[1]?.children[0] ?? null, register, 3);
}

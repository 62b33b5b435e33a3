import { type AssemblerInstruction, integerOf, readTable } from "./assembler-instruction.js";
import { nameOf } from "./node-parts.js";
import { type Child, Kind } from "./tree.js";

/** Registers by name; each of the first 16 also goes by its number. */
const registers = new Map<string, number>([
  ...Array.from({ length: 16 }, (_, number) => [`r${number}`, number] as const),
  ["sl", 10],
  ["fp", 11],
  ["sp", 13],
  ["lr", 14],
  ["pc", 15],
]);

const specialRegisters = new Set(["IPSR", "BASEPRI"]);
const conditions = new Set("eq ne cs cc mi pl vs vc hi ls ge lt gt le".split(" "));

/**
 * Operands of each instruction, by its name and their number: `r7` a register up to r7, `s` one of the floating-point
 * unit, `iff` an integer within that mask (hexadecimal), `a7:7c` an address `[register up to r7, integer within 7c]`,
 * `label`, `list` a list of registers, `special` a special register, `?` anything.
 */
const instructions = readTable(
  `nop/0; wfi/0; b/1 label; bl/1 label; bx/1 r15; cpsid/1 ?; cpsie/1 ?; push/1 list; pop/1 list;
   movw/2 r15 iffff; movt/2 r15 iffff; movwt/2 r15 iffffffff; ldrex/2 r15 a15:ff;
   ldr/2 r7 a7:7c; ldrb/2 r7 a7:1f; ldrh/2 r7 a7:3e; str/2 r7 a7:7c; strb/2 r7 a7:1f; strh/2 r7 a7:3e;
   lsl/3 r7 r7 i1f; lsr/3 r7 r7 i1f; asr/3 r7 r7 i1f;
   sdiv/3 r15 r15 r15; udiv/3 r15 r15 r15; strex/3 r15 r15 a15:ff;
   vcmp/2 s s; vsqrt/2 s s; vneg/2 s s; vcvt_f32_s32/2 s s; vcvt_s32_f32/2 s s; vldr/2 s a7:3fc; vstr/2 s a7:3fc;
   vadd/3 s s s; vsub/3 s s s; vmul/3 s s s; vdiv/3 s s s`,
);

const toLowRegister = new Set("and_ eor lsl lsr asr adc sbc ror tst neg cmp cmn orr mul bic mvn".split(" "));

/** Those of two operands, where the second is an identifier. */
function registerForm(name: string): string | undefined {
  if (name === "mov" || name === "clz" || name === "rbit") return "r15 r15";
  if (name === "mrs") return "r12 special";
  return toLowRegister.has(name) ? "r7 r7" : undefined;
}

/** What the operands of an instruction must be; undefined if there is no such instruction. */
function operandsOf(instruction: AssemblerInstruction): string | undefined {
  const { name, operands } = instruction;
  const isFloat = name.startsWith("v");
  if (operands.length === 1 && !isFloat) {
    if (/^b(..|.._[nw])$/.test(name) && conditions.has(name.slice(1, 3))) return "label";
    if (/^it[te]{0,3}$/.test(name)) return conditions.has(instruction.word(0)) ? "?" : undefined;
  }
  if (operands.length === 2 && !isFloat) {
    if (operands[1]?.kind === Kind.Id) return registerForm(name);
    if (name === "mov" || name === "cmp" || name === "add" || name === "sub") return "r7 iff";
  }
  if (operands.length === 3 && (name === "add" || name === "sub")) {
    return operands[2]?.kind === Kind.Id ? "r7 r7 r7" : "r7 r7 i7";
  }
  if (instruction.form === "vmov/2") return instruction.word(0).startsWith("r") ? "r15 s" : "s r15";
  if (instruction.form === "vmrs/2" && instruction.word(1) === "FPSCR") {
    return instruction.word(0) === "APSR_nzcv" ? "? ?" : "r15 ?";
  }
  return instructions.get(instruction.form);
}

/** Checks an instruction of Arm's Thumb set (py/emitinlinethumb.c 1.26.1), ARMv7-M with floating point. */
export function checkThumbInstruction(instruction: AssemblerInstruction): void {
  const { name, operands, form } = instruction;
  const wanted = operandsOf(instruction);
  const unsupported = `unsupported Thumb instruction '${name}' with ${operands.length} arguments`;
  if (wanted === undefined) {
    instruction.error = unsupported;
    return;
  }
  wanted.split(" ").forEach((kind, i) => checkOperand(instruction, operands[i] ?? null, kind));
  const isLoadOrStore = /^(ldr|str)[bh]?\/2$/.test(form);
  if (isLoadOrStore && addressOf(operands[1] ?? null) === null) instruction.error = unsupported;
}

function checkOperand(instruction: AssemblerInstruction, operand: Child, kind: string): void {
  const { name } = instruction;
  switch (kind.charAt(0)) {
    case "r":
      checkRegister(instruction, operand, Number(kind.slice(1)));
      break;
    case "i":
      checkInteger(instruction, operand, Number.parseInt(kind.slice(1), 16));
      break;
    case "a":
      checkAddress(instruction, operand, kind.slice(1));
      break;
    case "s":
      if (kind === "s") checkFloatRegister(instruction, operand);
      else if (!specialRegisters.has(nameOf(operand ?? undefined))) {
        instruction.error = `'${name}' expects a special register`;
      }
      break;
    case "l":
      if (kind === "list") checkRegisterList(instruction, operand);
      else if (operand?.kind !== Kind.Id) instruction.error = `'${name}' expects a label`;
      else if (instruction.isUndefined(nameOf(operand))) {
        instruction.error = `label '${nameOf(operand)}' not defined`;
      }
      break;
  }
}

function checkRegister(instruction: AssemblerInstruction, operand: Child, highest: number): void {
  const register = registers.get(nameOf(operand ?? undefined));
  if (register === undefined) instruction.error = `'${instruction.name}' expects a register`;
  else if (register > highest) instruction.error = `'${instruction.name}' expects at most r${highest}`;
}

function checkFloatRegister(instruction: AssemblerInstruction, operand: Child): void {
  const digits = /^s(\d+)$/.exec(nameOf(operand ?? undefined))?.[1];
  if (digits === undefined) instruction.error = `'${instruction.name}' expects an FPU register`;
  else if (Number(digits) > 31) instruction.error = `'${instruction.name}' expects at most r31`;
}

function checkInteger(instruction: AssemblerInstruction, operand: Child, mask: number): void {
  const value = integerOf(operand);
  if (value === null) {
    instruction.error = `'${instruction.name}' expects an integer`;
    return;
  }
  const bits = Number(BigInt.asUintN(32, value));
  if ((bits & ~mask) === 0) return;
  instruction.error = `'${instruction.name}' integer 0x${bits.toString(16)} doesn't fit in mask 0x${mask.toString(16)}`;
}

/** Base and offset of `[base, offset]`, or null. */
function addressOf(operand: Child): readonly Child[] | null {
  const inside = operand?.kind === Kind.AtomBracket ? (operand.children[0] ?? null) : null;
  return inside?.kind === Kind.TestlistComp && inside.children.length === 2 ? inside.children : null;
}

function checkAddress(instruction: AssemblerInstruction, operand: Child, kind: string): void {
  const [highest = "", mask = ""] = kind.split(":");
  const address = addressOf(operand);
  if (address === null) {
    instruction.error = `'${instruction.name}' expects an address of the form [a, b]`;
    return;
  }
  checkRegister(instruction, address[0] ?? null, Number(highest));
  checkInteger(instruction, address[1] ?? null, Number.parseInt(mask, 16));
}

/** `{r0, r1}`: to the parser a set. */
function checkRegisterList(instruction: AssemblerInstruction, operand: Child): void {
  const inside = operand?.kind === Kind.AtomBrace ? (operand.children[0] ?? null) : null;
  if (inside?.kind === Kind.Id) {
    checkRegister(instruction, inside, 15);
    return;
  }
  const rest = inside?.kind === Kind.Dictorsetmaker ? (inside.children[1] ?? null) : null;
  if (rest?.kind !== Kind.DictorsetmakerList) {
    instruction.error = `'${instruction.name}' expects {r0, r1, ...}`;
    return;
  }
  const others = rest.children[0] ?? null;
  const items = others?.kind === Kind.DictorsetmakerList2 ? others.children : others === null ? [] : [others];
  for (const item of [inside?.children[0] ?? null, ...items]) checkRegister(instruction, item, 15);
}

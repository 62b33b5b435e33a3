/** One instruction of MicroPython's bytecode. */
export interface Instruction {
  readonly offset: number;
  readonly operation: "load" | "store" | "delete" | "closure" | "small-int" | "duplicate" | "other";
  /** Slot, number of a child function, or the small int; 0 for other operations. */
  readonly operand: number;
  /** A local is reached through its cell; meaningless for other operations. */
  readonly throughCell: boolean;
  /** Words a closure takes off the stack. */
  readonly captured: number;
}

const opcode = {
  makeClosure: 0x20,
  makeClosureDefaults: 0x21,
  loadSmallInt: 0x22,
  loadFast: 0x24,
  loadDeref: 0x25,
  storeFast: 0x26,
  storeDeref: 0x27,
  deleteFast: 0x28,
  deleteDeref: 0x29,
  duplicateTop: 0x57,
} as const;

/** Splits `co_code` into instructions (formats and opcodes of py/bc0.h, MicroPython 1.20 to 1.29). */
export function decodeBytecode(code: Uint8Array): Instruction[] {
  const instructions: Instruction[] = [];
  for (let at = 0; at < code.length; ) {
    const offset = at;
    const byte = code[at++] ?? 0;
    let number = 0;
    let captured = 0;
    switch (byte >> 4) {
      case 1:
      case 2:
      case 3:
        if (byte === opcode.loadSmallInt && (code[at] ?? 0) & 0x40) number = -1;
        for (;;) {
          const part = code[at++] ?? 0;
          number = (number << 7) | (part & 0x7f);
          if (part < 0x80) break;
        }
        break;
      case 4:
        at += (code[at] ?? 0) & 0x80 ? 2 : 1;
        break;
      default:
    }
    if ((byte & 0x9e) === 0) captured = code[at++] ?? 0;
    instructions.push({ offset, ...meaningOf(byte, number), captured });
  }
  return instructions;
}

function meaningOf(byte: number, number: number): Pick<Instruction, "operation" | "operand" | "throughCell"> {
  const plain = (operation: Instruction["operation"], operand: number) =>
    ({ operation, operand, throughCell: false }) as const;
  const cell = (operation: Instruction["operation"]) =>
    ({ operation, operand: number, throughCell: true }) as const;
  if (byte >= 0x70 && byte < 0xb0) return plain("small-int", byte - 0x80);
  if (byte >= 0xb0 && byte < 0xc0) return plain("load", byte - 0xb0);
  if (byte >= 0xc0 && byte < 0xd0) return plain("store", byte - 0xc0);
  switch (byte) {
    case opcode.makeClosure:
    case opcode.makeClosureDefaults:
      return plain("closure", number);
    case opcode.loadSmallInt:
      return plain("small-int", number);
    case opcode.loadFast:
      return plain("load", number);
    case opcode.loadDeref:
      return cell("load");
    case opcode.storeFast:
      return plain("store", number);
    case opcode.storeDeref:
      return cell("store");
    case opcode.deleteFast:
      return plain("delete", number);
    case opcode.deleteDeref:
      return cell("delete");
    case opcode.duplicateTop:
      return plain("duplicate", 0);
    default:
      return plain("other", 0);
  }
}

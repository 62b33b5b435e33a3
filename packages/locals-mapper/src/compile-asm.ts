import { AssemblerInstruction, integerOf, type Labels } from "./assembler-instruction.js";
import type { Compiler } from "./compiler.js";
import { nameOf } from "./node-parts.js";
import { checkRv32Instruction } from "./rv32-assembler.js";
import { ScopeKind } from "./scope.js";
import { checkThumbInstruction } from "./thumb-assembler.js";
import { type Child, extractList, Kind, type Node } from "./tree.js";
import { checkXtensaInstruction } from "./xtensa-assembler.js";

/** What is different between assemblers. */
interface Assembler {
  /** What it is called in messages, with the word before that. */
  readonly title: string;
  /** The registers its parameters must be, in this order. Some registers have two names. */
  readonly parameters: readonly (readonly string[])[];
  /** Whether labels are met in two passes, of which the second finds the first one's error again and calls it the `def`'s. */
  readonly meetsLabelsTwice: boolean;
  check(instruction: AssemblerInstruction): void;
}

const assemblers = new Map<string, Assembler>([
  [
    "thumb",
    {
      title: "to Thumb",
      parameters: [["r0"], ["r1"], ["r2"], ["r3"]],
      meetsLabelsTwice: false,
      check: checkThumbInstruction,
    },
  ],
  [
    "xtensa",
    {
      title: "to Xtensa",
      parameters: [["a2"], ["a3"], ["a4"], ["a5"]],
      meetsLabelsTwice: true,
      check: checkXtensaInstruction,
    },
  ],
  [
    "rv32",
    {
      title: "for RV32",
      parameters: [
        ["a0", "x10"],
        ["a1", "x11"],
        ["a2", "x12"],
        ["a3", "x13"],
      ],
      meetsLabelsTwice: false,
      check: checkRv32Instruction,
    },
  ],
]);

/**
 * Checks the shape of an inline-assembler function while names are being met (compile_scope_inline_asm, py/compile.c
 * 1.26.1). It has no ids.
 */
export function compileInlineAsm(c: Compiler): void {
  const { scope } = c;
  if (scope.kind !== ScopeKind.Function) {
    c.syntaxError(null, "inline assembler must be a function");
    return;
  }
  const node = scope.node;
  if (node === null) return;
  scope.positionalCount = parametersOf(node).length;
  checkReturnType(c, node);
  for (const statement of statementsOf(node)) {
    const message = shapeProblem(statement);
    if (message !== null) c.syntaxError(statement, message);
  }
}

function parametersOf(node: Node): readonly Child[] {
  return extractList(node.children[1] ?? null, Kind.Typedargslist);
}

function statementsOf(node: Node): readonly Child[] {
  return extractList(node.children[3] ?? null, Kind.SuiteBlockStmts);
}

function checkReturnType(c: Compiler, node: Node): void {
  const annotation = node.children[2] ?? null;
  if (annotation === null) return;
  if (annotation.kind !== Kind.Id) {
    // MicroPython goes on to the first instruction and takes the line from there.
    const first = statementsOf(node).find((statement) => statement?.kind !== Kind.PassStmt) ?? null;
    let line: number | undefined = node.line;
    if (first !== null)
      line = shapeProblem(first) === null ? instructionOf(first)?.children[1]?.line : undefined;
    c.addProblem(annotation, "return annotation must be an identifier", "SyntaxError", line);
  } else if (!["object", "bool", "int", "uint"].includes(nameOf(annotation))) {
    c.syntaxError(annotation, "unknown type");
  }
}

/** What keeps a statement from being an instruction or directive, or null. */
function shapeProblem(statement: Child): string | null {
  if (statement?.kind === Kind.PassStmt) return null;
  const call = instructionOf(statement);
  if (call === null) return "expecting an assembler instruction";
  const args = operandsOf(call);
  switch (nameOf(call.children[0])) {
    case "label":
      return args.length === 1 && args[0]?.kind === Kind.Id ? null : "'label' requires 1 argument";
    case "align":
      return args.length === 1 && args[0]?.kind === Kind.SmallInt ? null : "'align' requires 1 argument";
    case "data":
      return args.length >= 2 && args[0]?.kind === Kind.SmallInt
        ? null
        : "'data' requires at least 2 arguments";
    default:
      return null;
  }
}

function operandsOf(call: Node): readonly Child[] {
  return extractList(call.children[1]?.children[0] ?? null, Kind.Arglist);
}

/** The call that an instruction is written as: `name(arguments)` and nothing else. */
function instructionOf(statement: Child): Node | null {
  if (statement?.kind !== Kind.ExprStmt || statement.children[1] != null) return null;
  const call = statement.children[0];
  if (call?.kind !== Kind.AtomExprNormal || call.children[0]?.kind !== Kind.Id) return null;
  return call.children[1]?.kind === Kind.TrailerParen ? call : null;
}

/**
 * Checks what the assemblers check (py/emitinline*.c 1.26.1): registers, integers, labels. Whether a branch reaches its
 * label is not checked, since it rests on the size of instructions.
 */
export function assembleInlineAsm(c: Compiler): void {
  const node = c.scope.node;
  const assembler = assemblers.get(c.scope.assembler);
  if (node === null || assembler === undefined || c.scope.kind !== ScopeKind.Function) return;
  if (!checkParameters(c, assembler, node)) return;

  const labels = new Set<string>();
  const wrong = new Set<Child>();
  const check = (statement: Child, known: Labels): void => {
    const call = instructionOf(statement);
    if (call === null || wrong.has(statement) || shapeProblem(statement) !== null) return;
    const instruction = new AssemblerInstruction(
      nameOf(call.children[0]),
      operandsOf(call),
      known,
      c.options,
    );
    const message = messageFor(assembler, instruction, labels);
    if (message === null) return;
    wrong.add(statement);
    // MicroPython takes the line of the parenthesis for an operation.
    let line = (directives.has(instruction.name) ? statement : call.children[1])?.line;
    if (assembler.meetsLabelsTwice && known === null) line = node.line;
    c.addProblem(statement, message, "SyntaxError", line);
  };
  // The first pass meets the labels, the second knows them all.
  for (const statement of statementsOf(node)) check(statement, null);
  for (const statement of statementsOf(node)) check(statement, labels);
}

const directives = new Set(["label", "align", "data"]);

/** What is wrong with an instruction, or null. The first time a label is met it is entered among the labels. */
function messageFor(
  assembler: Assembler,
  instruction: AssemblerInstruction,
  labels: Set<string>,
): string | null {
  const { name, operands } = instruction;
  if (name === "align") return null;
  if (name === "data") {
    return operands.slice(1).every((operand) => integerOf(operand) !== null)
      ? null
      : "'data' requires integer arguments";
  }
  if (name === "label") {
    if (!instruction.gathersLabels) return null;
    if (labels.has(instruction.word(0))) return "label redefined";
    labels.add(instruction.word(0));
    return null;
  }
  assembler.check(instruction);
  return instruction.error;
}

function checkParameters(c: Compiler, { title, parameters }: Assembler, node: Node): boolean {
  const written = parametersOf(node);
  let message: string | null = null;
  if (written.length > parameters.length) {
    message = `can only have up to 4 parameters ${title} assembly`;
  } else if (!written.every((each, i) => parameters[i]?.includes(nameOf(each ?? undefined)))) {
    const [first, last] = [parameters[0]?.[0], parameters[3]?.[0]];
    message = `parameters must be registers in sequence ${first} to ${last}`;
  }
  if (message === null) return true;
  c.addProblem(node.children[1] ?? null, message, "SyntaxError", node.line);
  return false;
}

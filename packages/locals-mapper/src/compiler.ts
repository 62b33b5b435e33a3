import { type Emitter, noLabel } from "./emitter.js";
import { BlockKind, BuildKind } from "./opcodes.js";
import type { ResolvedOptions } from "./options.js";
import type { Problem, ProblemType } from "./problems.js";
import {
  EmitOption,
  type Id,
  IdKind,
  Scope,
  type ScopeKind,
  scopeKindNames,
  viperReturnShift,
} from "./scope.js";
import type { SettledFunctions } from "./settled-functions.js";
import { type Child, isStruct, type Node, Token } from "./tree.js";

/** A problem whose line may not be known yet: then the statement around it gives it. */
interface PendingProblem {
  message: string;
  type: ProblemType;
  line: number;
  start: number;
  end: number;
  scope: Scope;
}

/** Where `break` and `continue` lead. */
export interface Loop {
  readonly breakLabel: number;
  readonly continueLabel: number;
  /** Whether `break` has an iterator on the stack to drop. */
  readonly breaksFor: boolean;
  /** Exception handlers active around the loop. */
  readonly exceptLevel: number;
}

const noLoop: Loop = { breakLabel: noLabel, continueLabel: noLabel, breaksFor: false, exceptLevel: 0 };

/**
 * What the functions in compile-*.ts share while they walk the tree (compiler_t, py/compile.c 1.26.1).
 *
 * Every scope is walked twice by the same functions: once to meet its names and make the scopes in it (all scopes,
 * breadth first), then, when all names are settled, to emit its code.
 */
export class Compiler {
  readonly options: ResolvedOptions;
  /** All scopes in creation order. */
  readonly scopes: Scope[] = [];
  /** Whether names are being met (first walk) rather than code emitted. */
  meetsNames = true;
  scope: Scope;
  emit: Emitter;
  /** Whether a `*` was seen in the parameters being read. */
  haveStar = false;
  keywordDefaults = 0;
  positionalDefaults = 0;
  loop: Loop = noLoop;
  exceptLevel = 0;
  #nextLabel = 0;
  #nextChild = 0;
  readonly #problems: PendingProblem[] = [];
  /** Problems from this index on have no line yet. */
  #withoutLine = 0;
  /** Whether MicroPython would not compile what is being compiled now: its error, the first, takes no line from there. */
  #hasLeftOff = false;

  readonly #compileNode: (c: Compiler, node: Child) => void;
  readonly #settled: SettledFunctions | null;

  /**
   * @param compileNode compiles any node, by calling the function for its kind
   * @param settled functions compiled before, or null
   */
  constructor(
    options: ResolvedOptions,
    root: Node | null,
    emitter: Emitter,
    compileNode: (c: Compiler, node: Child) => void,
    settled: SettledFunctions | null,
  ) {
    this.options = options;
    this.#settled = settled;
    this.#compileNode = compileNode;
    this.emit = emitter;
    this.scope = this.#newScope(0, root, "<module>", null, EmitOption.Bytecode);
  }

  /** Turns to a scope, to walk it with an emitter. */
  enter(scope: Scope, emitter: Emitter): void {
    this.scope = scope;
    this.emit = emitter;
    this.loop = noLoop;
    this.exceptLevel = 0;
    this.#nextLabel = 0;
    this.#nextChild = 0;
  }

  /** Compiles a node, whatever its kind; nothing for null. */
  compile(node: Child): void {
    this.#compileNode(this, node);
  }

  /**
   * Compiles the children one after the other (compile_generic_all_nodes). An error without a line takes that of the
   * child during which it was met, if that has one. There MicroPython leaves off.
   */
  compileAll(node: Node): void {
    const hasLeftOff = this.#hasLeftOff;
    try {
      for (const child of node.children) {
        this.compile(child);
        this.placeProblems(child);
        this.#hasLeftOff = hasLeftOff || this.#problems.length > 0;
      }
    } finally {
      this.#hasLeftOff = hasLeftOff;
    }
  }

  /** Compiles, for the sake of the names and problems in it, what MicroPython leaves off before. */
  compileBeyondError(compile: () => void): void {
    const hasLeftOff = this.#hasLeftOff;
    this.#hasLeftOff = true;
    try {
      compile();
    } finally {
      this.#hasLeftOff = hasLeftOff;
    }
  }

  /** Compiles the children and makes a tuple of them. */
  compileTuple(node: Node): void {
    for (const child of node.children) this.compile(child);
    this.buildTuple(node.children.length);
  }

  newLabel(): number {
    return this.#nextLabel++;
  }

  /**
   * The scope that a node opens inside the current one: made on the first walk, found again on the second, which meets
   * the nodes in the same order.
   */
  childScope(kind: ScopeKind, node: Node, name: string | null, emit: EmitOption): Scope {
    if (!this.meetsNames) {
      const known = this.scope.children[this.#nextChild++];
      if (known !== undefined) return known;
    }
    const settled = this.#settled?.find(node, emit, this.scope, this.scopes.length) ?? null;
    if (settled !== null) {
      this.scopes.push(settled);
      return settled;
    }
    return this.#newScope(kind, node, name ?? `<${scopeKindNames[kind]}>`, this.scope, emit);
  }

  #newScope(kind: ScopeKind, node: Node | null, name: string, parent: Scope | null, emit: EmitOption): Scope {
    const scope = new Scope(kind, node, name, parent, this.scopes.length, emit);
    this.scopes.push(scope);
    return scope;
  }

  loadId(name: string): void {
    if (this.meetsNames) {
      this.scope.findOrAdd(name, IdKind.GlobalImplicit);
      return;
    }
    const id = this.#idOf(name);
    if (id.isGlobal) this.emit.loadGlobal(name, id.kind === IdKind.GlobalExplicit);
    else this.emit.loadLocal(name, id.slot, id.kind !== IdKind.Local);
  }

  storeId(name: string): void {
    if (this.meetsNames) {
      this.scope.forModification(name);
      return;
    }
    const id = this.#idOf(name);
    if (id.isGlobal) this.emit.storeGlobal(name, id.kind === IdKind.GlobalExplicit);
    else this.emit.storeLocal(name, id.slot, id.kind !== IdKind.Local);
  }

  deleteId(name: string): void {
    if (this.meetsNames) {
      this.scope.forModification(name);
      return;
    }
    const id = this.#idOf(name);
    if (id.isGlobal) this.emit.deleteGlobal(name, id.kind === IdKind.GlobalExplicit);
    else this.emit.deleteLocal(name, id.slot, id.kind !== IdKind.Local);
  }

  #idOf(name: string): Id {
    return this.scope.findOrAdd(name, IdKind.GlobalImplicit);
  }

  /** Opens a handler or `with` block. */
  increaseExceptLevel(label: number, kind: BlockKind): void {
    this.emit.setupBlock(label, kind);
    this.exceptLevel++;
    if (this.exceptLevel > this.scope.excStackSize) this.scope.excStackSize = this.exceptLevel;
  }

  decreaseExceptLevel(): void {
    this.exceptLevel--;
    this.emit.endFinally();
  }

  /** Iterates whatever is on the stack, passing on what it yields. */
  yieldFrom(): void {
    this.emit.getIter(false);
    this.emit.loadConstToken(Token.None);
    this.emit.yieldFrom();
  }

  /** Makes a tuple of so many words on the stack. */
  buildTuple(count: number): void {
    this.emit.build(count, BuildKind.Tuple);
  }

  /**
   * Notes a syntax error of the first walk, at a node if that is a rule, else at the statement or scope around it
   * (compile_syntax_error). The second walk meets the same errors again and is not heard.
   */
  syntaxError(node: Child, message: string): void {
    if (this.meetsNames) this.addProblem(node, message, "SyntaxError");
  }

  /** Notes a problem, whichever walk finds it; on the line of the node unless another is given. */
  addProblem(node: Child, message: string, type: ProblemType, ownLine?: number): void {
    const line = ownLine ?? (isStruct(node) ? node.line : 0);
    const start = node?.start ?? -1;
    const end = node?.end ?? -1;
    this.#problems.push({ message, type, line, start, end, scope: this.scope });
  }

  /** Notes a viper annotation that names no type. Of several in one function MicroPython reports the last. */
  unknownType(annotation: Node, name: string): void {
    this.addProblem(annotation, `unknown type '${name}'`, "ViperTypeError");
    const added = this.#problems.pop();
    const first = this.#problems.findIndex((problem) => problem.scope === this.scope);
    if (added !== undefined) this.#problems.splice(first < 0 ? this.#problems.length : first, 0, added);
  }

  /**
   * Notes an error of an emitter. Of viper's type errors in a statement MicroPython reports the last. Other exceptions
   * it raises at once, without a line.
   */
  emitterError(message: string, type: "ViperTypeError" | "NotImplementedError" | "RuntimeError"): void {
    const last = this.#problems[this.#problems.length - 1];
    const isSameStatement = last !== undefined && last.start < 0 && last.scope === this.scope;
    if (isSameStatement && last.line < 0) return;
    if (isSameStatement) this.#problems.pop();
    this.addProblem(null, message, type);
    const added = this.#problems[this.#problems.length - 1];
    if (added !== undefined && type !== "ViperTypeError") added.line = -1;
  }

  /** Gives problems that have no line yet the line and extent of a node around them (compile_error_set_line). */
  placeProblems(node: Child): void {
    if (this.#withoutLine === this.#problems.length) return;
    let allPlaced = true;
    for (let i = this.#withoutLine; i < this.#problems.length; i++) {
      const problem = this.#problems[i];
      if (problem === undefined) continue;
      const isBeyond = i === 0 && this.#hasLeftOff;
      if (problem.line === 0 && !isBeyond && isStruct(node)) problem.line = node.line;
      if (problem.start < 0 && node !== null) {
        problem.start = node.start;
        problem.end = node.end;
      }
      if (problem.line === 0 || problem.start < 0) allPlaced = false;
    }
    if (allPlaced) this.#withoutLine = this.#problems.length;
  }

  /** The scopes in which a problem was found. */
  get scopesWithProblems(): ReadonlySet<Scope> {
    return new Set(this.#problems.map(({ scope }) => scope));
  }

  /** The problems in the order found; the first is the one MicroPython reports. */
  get problems(): Problem[] {
    return this.#problems.map(({ message, type, line, start, end, scope }) => ({
      message,
      line,
      type,
      phase: "compile",
      scope: scope.path,
      start: Math.max(start, 0),
      end: Math.max(end, 0),
    }));
  }

  /** The return type of the viper function being compiled. */
  get viperReturnType(): number {
    return this.scope.flags >> viperReturnShift;
  }
}

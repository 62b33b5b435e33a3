import type { DebugMap, ScopeMap, SlotInfo } from "../../../src/index.js";
import { decodeBytecode, type Instruction } from "./bytecode.js";
import { addExpression, addStatement } from "./probe-source.js";
import { type CompiledScope, type CompileError, isCompileError } from "./stock-compiler.js";

/**
 * Evidence from the real compiler about which name lives in which slot.
 *
 * Bytecode holds slot numbers and no names, so the compiler is asked: the text is compiled once more with one
 * expression added at the very end of a scope, which does nothing but mention names. What it compiles to says where
 * each lives. A plain local is mentioned directly and becomes a load. A captured name is mentioned in a lambda, nested
 * so deeply that the compiler reads it after all scopes of the text; the load that hands its cell over shows the slot.
 * Neither changes what the scope had met before.
 */
const firstMarker = 1_000_000;
const newLocal = "slotscope_new_local";
const varKeywordsFlag = 2;
const varArgumentsFlag = 4;

/** Compiles a text with the real compiler, always with the same options. */
export type CompileText = (text: string) => CompiledScope | CompileError;

/** The scopes of a map together with what the compiler made of each, matched by their places in the raw code tables. */
export function pairScopes(
  debugMap: DebugMap,
  module: CompiledScope,
): [ScopeMap, CompiledScope | undefined][] {
  const compiled: (CompiledScope | undefined)[] = [];
  for (const scope of debugMap.scopes) {
    const parent = compiled[scope.parent];
    compiled[scope.index] = scope.parent < 0 ? module : parent?.children[scope.rawCodeIndex];
  }
  return debugMap.scopes.map((scope) => [scope, compiled[scope.index]]);
}

/**
 * Compares all slots that a map claims with the real compiler's. Returns every disagreement as a sentence; an empty
 * list says that each name is proven to live in its slot, as the kind of variable claimed, and that there are no more.
 */
export function checkSlots(
  source: string,
  debugMap: DebugMap,
  module: CompiledScope,
  compile: CompileText,
): string[] {
  const wrong: string[] = [];
  for (const [scope, compiled] of pairScopes(debugMap, module)) {
    const complaints =
      compiled === undefined
        ? ["the compiler made no such scope"]
        : checkScope(source, debugMap, scope, compiled, compile);
    wrong.push(...complaints.map((complaint) => `${scope.path}: ${complaint}`));
  }
  const claimed = debugMap.scopes.length;
  const made = countScopes(module);
  if (claimed !== made) wrong.push(`${claimed} scopes claimed, the compiler made ${made}`);
  return wrong;
}

/** The same for one scope and what the compiler made of it; it ends with the first kind of evidence that disagrees. */
export function checkScope(
  source: string,
  debugMap: DebugMap,
  scope: ScopeMap,
  compiled: CompiledScope,
  compile: CompileText,
): string[] {
  const prelude = [...checkPrelude(scope, compiled)];
  if (prelude.length > 0) return prelude;
  const names = checkNames(source, debugMap, scope, compile);
  if (names.length > 0) return names;
  return checkCount(source, debugMap, scope, compiled, compile);
}

function countScopes(scope: CompiledScope): number {
  return scope.children.reduce((sum, child) => sum + countScopes(child), 1);
}

/** What the unchanged code says of itself: its name, its arguments' names, which slots are cells, what it uses. */
function* checkPrelude(scope: ScopeMap, compiled: CompiledScope): Generator<string> {
  if (scope.name !== compiled.name) yield `the compiler calls it ${compiled.name}`;

  const claimedNames = scope.slots
    .slice(0, compiled.argumentNames.length)
    .map((slot) => (slot?.kind === "parameter" ? slot.name : "*"));
  if (claimedNames.join() !== compiled.argumentNames.join()) {
    yield `arguments claimed ${claimedNames.join()}, compiled ${compiled.argumentNames.join()}`;
  }
  let named = compiled.argumentNames.length;
  for (const flag of [varArgumentsFlag, varKeywordsFlag]) {
    if (compiled.flags & flag && scope.slots[named++]?.kind !== "parameter") {
      yield `slot ${named - 1} should hold * or ** arguments`;
    }
  }
  for (const slot of scope.slots.slice(named)) {
    if (slot?.kind === "parameter") yield `${slot.name} is no parameter`;
  }

  const freeCount = scope.slots.filter((slot) => slot?.kind === "free").length;
  if (scope.slots.slice(0, freeCount).some((slot) => slot?.kind !== "free"))
    yield "free variables must come first";
  const cells = scope.slots.filter((slot) => slot?.isCell && slot.kind !== "free").map((slot) => slot?.slot);
  const compiledCells = [...compiled.cellSlots].sort((a, b) => a - b);
  if (cells.join() !== compiledCells.join()) {
    yield `cells claimed in slots ${cells.join()}, compiled in ${compiledCells.join()}`;
  }

  for (const slot of usedSlots(compiled)) {
    if (scope.slots[slot] === undefined) yield `the compiled code uses slot ${slot}, which is not claimed`;
  }
}

function usedSlots(compiled: CompiledScope): Set<number> {
  const locals = ["load", "store", "delete"];
  return new Set(
    decodeBytecode(compiled.code)
      .filter(({ operation }) => locals.includes(operation))
      .map(({ operand }) => operand),
  );
}

/** Asks the compiler for the slot of each name. */
function checkNames(source: string, debugMap: DebugMap, scope: ScopeMap, compile: CompileText): string[] {
  const slots = scope.slots.filter(
    (slot): slot is SlotInfo => slot !== undefined && slot.kind !== "iterator",
  );
  if (slots.length === 0) return [];
  const depth = Math.max(...debugMap.scopes.map(({ path }) => path.split("/").length)) + 1;
  const mentions = slots.map(({ name, isCell }) => (isCell ? "lambda: ".repeat(depth) + name : name));
  const expression = `(${mentions.map((mention, i) => `${firstMarker + i}, ${mention}`).join(", ")}, slotscope_end)`;
  const probed = compileProbe(addExpression(source, scope, expression), debugMap, scope, compile);
  if (typeof probed === "string") return [probed];

  const wrong: string[] = [];
  const hidden: SlotInfo[] = [];
  slots.forEach((slot, i) => {
    const at = probed.findIndex(
      ({ operation, operand }) => operation === "small-int" && operand === firstMarker + i,
    );
    const [load, after] = probed.slice(at + 1, at + 3);
    const isHandedOver = after?.operation === "closure" && after.captured === 1;
    const found = at >= 0 && load?.operation === "load" && !load.throughCell && isHandedOver === slot.isCell;
    if (!found) {
      if (isConstant(source, slot.name)) hidden.push(slot);
      else wrong.push(`the compiler knows no ${slot.kind} ${slot.name}${slot.isCell ? " in a cell" : ""}`);
    } else if (load.operand !== slot.slot) {
      wrong.push(`${slot.name} is claimed in slot ${slot.slot}, the compiler has it in ${load.operand}`);
    }
  });
  for (const slot of hidden) wrong.push(...checkHiddenName(source, debugMap, scope, slot, compile));
  return wrong;
}

/** Whether `const()` makes a name a constant somewhere, so that it may be no longer possible to mention it. */
function isConstant(source: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b[^=\\n]*=\\s*const\\(`).test(source);
}

/** Where a name has become a constant, it can still be stored to by an import: the store shows the slot. */
function checkHiddenName(
  source: string,
  debugMap: DebugMap,
  scope: ScopeMap,
  { name, slot, isCell }: SlotInfo,
  compile: CompileText,
): string[] {
  const statement = `(${firstMarker}, slotscope_end); import slotscope as ${name}`;
  const probed = compileProbe(addStatement(source, scope, statement), debugMap, scope, compile);
  if (typeof probed === "string") return [probed];
  const at = probed.findIndex(
    ({ operation, operand }) => operation === "small-int" && operand === firstMarker,
  );
  const store = probed.slice(at + 1).find(({ operation }) => operation === "store");
  if (at < 0 || store?.throughCell !== isCell) return [`the compiler knows no such ${name}`];
  return store.operand === slot
    ? []
    : [`${name} is claimed in slot ${slot}, the compiler has it in ${store.operand}`];
}

/** Asks the compiler how many slots there are, by the number that one more local gets. */
function checkCount(
  source: string,
  debugMap: DebugMap,
  scope: ScopeMap,
  compiled: CompiledScope,
  compile: CompileText,
): string[] {
  const count = countSlots(source, debugMap, scope, compiled, compile);
  if (typeof count === "string") return [count];
  return count === scope.slots.length
    ? []
    : [`${scope.slots.length} slots claimed, the compiler has ${count}`];
}

function countSlots(
  source: string,
  debugMap: DebugMap,
  scope: ScopeMap,
  compiled: CompiledScope,
  compile: CompileText,
): number | string {
  if (scope.kind === "function" || scope.kind === "lambda") {
    const expression = `(${newLocal} := ${firstMarker})`;
    const probed = compileProbe(addExpression(source, scope, expression), debugMap, scope, compile);
    if (typeof probed === "string") return probed;
    const at = probed.findIndex(
      ({ operation, operand }) => operation === "small-int" && operand === firstMarker,
    );
    const store = probed.slice(at + 1, at + 3).find(({ operation }) => operation === "store");
    if (at < 0 || store === undefined) return "the compiler made no new local";
    // Cells that are no parameters come after all other locals.
    return store.operand + compiled.cellSlots.filter((slot) => slot >= store.operand).length;
  }
  // A class or comprehension can't be given a new local: `:=` stores elsewhere. But it uses every slot it has, free
  // variables and its first argument included.
  const used = usedSlots(compiled);
  for (const slot of compiled.cellSlots) used.add(slot);
  compiled.argumentNames.forEach((_, slot) => used.add(slot));
  return Math.max(-1, ...used) + 1;
}

/** Compiles the text with something added to a scope; the scope's instructions, or why there are none. */
function compileProbe(
  changed: string,
  debugMap: DebugMap,
  scope: ScopeMap,
  compile: CompileText,
): Instruction[] | string {
  const probed = compile(changed);
  if (isCompileError(probed)) return `does not compile with a probe: ${probed.message} (line ${probed.line})`;
  const compiled = pairScopes(debugMap, probed)[scope.index]?.[1];
  return compiled === undefined ? "is gone with a probe" : decodeBytecode(compiled.code);
}

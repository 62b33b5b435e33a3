import { closeOverAndMake } from "./close-over.js";
import { compileTrailerParen } from "./compile-calls.js";
import { nameOf } from "./node-parts.js";
import type { Compiler } from "./compiler.js";
import { BuildKind } from "./opcodes.js";
import { EmitOption, type Scope, ScopeFlag, ScopeKind } from "./scope.js";
import { type Child, extractList, Kind, type Node } from "./tree.js";

/** Default values and the function itself (compile_funcdef_lambdef). */
function compileFunctionObject(c: Compiler, scope: Scope, parameters: Child, listKind: Kind): void {
  // A default value may hold a lambda, which comes here again.
  const { haveStar, keywordDefaults, positionalDefaults } = c;
  c.haveStar = false;
  c.keywordDefaults = 0;
  c.positionalDefaults = 0;
  for (const parameter of extractList(parameters, listKind)) compileDefault(c, parameter);

  if (c.positionalDefaults > 0 && c.keywordDefaults === 0) {
    c.buildTuple(c.positionalDefaults);
    c.emit.loadNull();
  }
  closeOverAndMake(c, scope, c.positionalDefaults, c.keywordDefaults);
  c.haveStar = haveStar;
  c.keywordDefaults = keywordDefaults;
  c.positionalDefaults = positionalDefaults;
}

/** The default value of a parameter: left on the stack, or after a star put into a dict (compile_funcdef_lambdef_param). */
function compileDefault(c: Compiler, parameter: Child): void {
  let value: Child = null;
  switch (parameter?.kind) {
    case Kind.TypedargslistStar:
    case Kind.VarargslistStar:
      c.haveStar = true;
      return;
    case Kind.TypedargslistDblStar:
    case Kind.VarargslistDblStar:
      return;
    case Kind.TypedargslistName:
      value = parameter.children[2] ?? null;
      break;
    case Kind.VarargslistName:
      value = parameter.children[1] ?? null;
      break;
  }

  if (value === null) {
    if (!c.haveStar && c.positionalDefaults !== 0) {
      c.syntaxError(parameter, "non-default argument follows default argument");
    }
    return;
  }
  if (!c.haveStar) {
    c.positionalDefaults++;
    c.compile(value);
    return;
  }
  if (++c.keywordDefaults === 1) {
    // The tuple of positional defaults comes before the dict.
    if (c.positionalDefaults > 0) c.buildTuple(c.positionalDefaults);
    else c.emit.loadNull();
    c.emit.build(0, BuildKind.Map);
  }
  c.compile(value);
  c.emit.loadConstStr(nameOf(parameter?.children[0]));
  c.emit.storeMap();
}

/** Leaves the function of a `def` on the stack and returns its scope. */
function compileFuncdefObject(c: Compiler, node: Node, emit: EmitOption): Scope {
  const scope = c.childScope(ScopeKind.Function, node, nameOf(node.children[0]), emit);
  compileFunctionObject(c, scope, node.children[1] ?? null, Kind.Typedargslist);
  return scope;
}

/** Leaves the class of a `class` on the stack and returns its scope. */
function compileClassObject(c: Compiler, node: Node, emit: EmitOption): Scope {
  const scope = c.childScope(ScopeKind.Class, node, nameOf(node.children[0]), emit);
  c.emit.loadBuildClass();
  closeOverAndMake(c, scope, 0, 0);
  c.emit.loadConstStr(scope.name);
  const bases = node.children[1] ?? null;
  // `class C():` holds an empty Classdef2.
  compileTrailerParen(c, bases?.kind === Kind.Classdef2 ? null : bases, false, 2);
  return scope;
}

export function compileFuncdef(c: Compiler, node: Node): Scope {
  const scope = compileFuncdefObject(c, node, c.scope.emit);
  c.storeId(scope.name);
  return scope;
}

export function compileClassdef(c: Compiler, node: Node): void {
  const scope = compileClassObject(c, node, c.scope.emit);
  c.storeId(scope.name);
}

export function compileLambdef(c: Compiler, node: Node): void {
  const scope = c.childScope(ScopeKind.Lambda, node, null, c.scope.emit);
  compileFunctionObject(c, scope, node.children[0] ?? null, Kind.Varargslist);
}

/** A decorated function or class (compile_decorated). Decorators of the module `micropython` only choose the emitter. */
export function compileDecorated(c: Compiler, node: Node): void {
  let emit = c.scope.emit;
  let assembler = "";
  let calls = 0;
  for (const decorator of extractList(node.children[0] ?? null, Kind.Decorators)) {
    const names = extractList(decorator?.children[0] ?? null, Kind.DottedName);
    if (nameOf(names[0]) === "micropython") {
      emit = builtInDecorator(c, names, emit);
      if (emit === EmitOption.Asm) assembler = nameOf(names[1]).slice("asm_".length);
      continue;
    }
    calls++;
    c.compile(names[0] ?? null);
    for (let i = 1; i < names.length; i++) c.emit.loadAttr(nameOf(names[i]));
    c.compile(decorator?.children[1] ?? null);
  }

  const body = node.children[1] ?? null;
  let scope: Scope | null = null;
  if (body?.kind === Kind.Funcdef) {
    scope = compileFuncdefObject(c, body, emit);
  } else if (body?.kind === Kind.AsyncFuncdef && body.children[0]) {
    scope = compileFuncdefObject(c, body.children[0], emit);
    scope.flags |= ScopeFlag.Generator;
  } else if (body?.kind === Kind.Classdef) {
    scope = compileClassObject(c, body, emit);
  }
  for (let i = 0; i < calls; i++) c.emit.callFunction(1, 0, false);
  if (scope === null) return;
  scope.assembler = assembler;
  c.storeId(scope.name);
}

/** The emitter a `@micropython.xxx` asks for (compile_built_in_decorator). */
function builtInDecorator(c: Compiler, names: readonly Child[], emit: EmitOption): EmitOption {
  const { features } = c.options;
  const attribute = nameOf(names[1]);
  if (names.length !== 2) {
    c.syntaxError(names[0] ?? null, "invalid micropython decorator");
    return emit;
  }
  if (attribute === "bytecode") return EmitOption.Bytecode;
  if (features.nativeEmitter) {
    if (attribute === "native") return EmitOption.Native;
    if (attribute === "viper") return EmitOption.Viper;
  }
  if (attribute.startsWith("asm_") && features.inlineAssemblers.includes(attribute.slice(4))) {
    return EmitOption.Asm;
  }
  c.syntaxError(names[1] ?? null, "invalid micropython decorator");
  return emit;
}

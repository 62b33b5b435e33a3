import type { ScopeMap, ScopeMapKind } from "./debug-map.js";
import { nameOf } from "./node-parts.js";
import { type Child, extractList, isToken, Kind, type Node, Token } from "./tree.js";

/** A place in the source where a scope meets a name of its own, or where a `const()` stands in for one. */
export interface NameUse {
  readonly name: string;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** Index in `DebugMap.scopes` of the scope that meets the name: defaults and decorators belong to the scope around. */
  readonly scope: number;
  /** Set where the name is one of a `const()`: the compiler put the value there, and no name is looked up. */
  readonly isConstant?: true;
}

/**
 * All uses of names in a tree, rising. A name that its scope doesn't know (an attribute, a keyword of a call, an
 * annotation, what stands in code that is never compiled) is left out.
 *
 * @param scopes what the same tree was compiled to
 */
export function findNames(tree: Node | null, text: string, scopes: readonly ScopeMap[]): NameUse[] {
  const finder = new NameFinder(text, scopes);
  try {
    finder.visit(tree, 0);
  } catch (error) {
    // Expressions nested too deeply for the stack: what was found until then will do.
    if (!(error instanceof RangeError)) throw error;
  }
  return finder.uses.sort((a, b) => a.start - b.start);
}

class NameFinder {
  readonly uses: NameUse[] = [];
  readonly #text: string;
  readonly #known: readonly ReadonlySet<string>[];
  readonly #scopesByStart = new Map<string, number>();

  constructor(text: string, scopes: readonly ScopeMap[]) {
    this.#text = text;
    this.#known = scopes.map(({ ids }) => new Set(ids.map(({ name }) => name)));
    for (const { kind, start, index } of scopes) this.#scopesByStart.set(`${kind} ${start}`, index);
  }

  /** Visits a node, whose names are met in the scope of that index; nothing for scopes that were never made. */
  visit(node: Child, scope: number | undefined): void {
    if (node === null || scope === undefined) return;
    switch (node.kind) {
      case Kind.Id:
        this.#add(node, scope);
        return;
      case Kind.SmallInt:
      case Kind.Str:
      case Kind.ConstObject:
        this.#addConstant(node, scope);
        return;
      case Kind.TrailerPeriod:
        return;
      case Kind.Argument:
        this.#visitArgument(node, scope);
        return;
      case Kind.Decorator:
        this.#visitDecorator(node, scope);
        return;
      case Kind.Annassign:
        this.visit(node.children[1] ?? null, scope);
        return;
      case Kind.Funcdef: {
        const inner = this.#scopeOf(node, "function");
        this.visit(node.children[0] ?? null, scope);
        this.#visitParameters(extractList(node.children[1] ?? null, Kind.Typedargslist), scope, inner);
        this.visit(node.children[3] ?? null, inner);
        return;
      }
      case Kind.Lambdef:
      case Kind.LambdefNocond: {
        const inner = this.#scopeOf(node, "lambda");
        this.#visitParameters(extractList(node.children[0] ?? null, Kind.Varargslist), scope, inner);
        this.visit(node.children[1] ?? null, inner);
        return;
      }
      case Kind.Classdef:
        this.visit(node.children[0] ?? null, scope);
        this.visit(node.children[1] ?? null, scope);
        this.visit(node.children[2] ?? null, this.#scopeOf(node, "class"));
        return;
      case Kind.TestlistComp:
      case Kind.Dictorsetmaker:
        this.#visitDisplay(node, scope);
        return;
      case Kind.ImportName:
        for (const item of extractList(node.children[0] ?? null, Kind.DottedAsNames)) {
          const stored = item?.kind === Kind.DottedAsName ? item.children[1] : item;
          this.visit(extractList(stored ?? null, Kind.DottedName)[0] ?? null, scope);
        }
        return;
      case Kind.ImportFrom: {
        const names = node.children[1] ?? null;
        if (isToken(names, Token.Star)) return;
        for (const item of extractList(names, Kind.ImportAsNames)) {
          this.visit(item?.children[1] ?? item?.children[0] ?? null, scope);
        }
        return;
      }
      default:
        for (const child of node.children) this.visit(child, scope);
    }
  }

  #visitArgument(node: Node, scope: number): void {
    const [name = null, value = null] = node.children;
    if (value?.kind === Kind.CompFor) {
      this.#visitDisplay(node, scope);
      return;
    }
    if (value?.kind === Kind.Argument3) this.visit(name, scope);
    this.visit(value, scope);
  }

  #visitDecorator(node: Node, scope: number): void {
    const [first = null] = extractList(node.children[0] ?? null, Kind.DottedName);
    // What follows `micropython.` only chooses the emitter.
    if (nameOf(first) === "micropython") return;
    this.visit(first, scope);
    this.visit(node.children[1] ?? null, scope);
  }

  /** Parameters are names of the function, their default values are evaluated around it, and annotations never. */
  #visitParameters(parameters: readonly Child[], scope: number, inner: number | undefined): void {
    for (const parameter of parameters) {
      switch (parameter?.kind) {
        case Kind.Id:
          this.visit(parameter, inner);
          break;
        case Kind.TypedargslistName:
          this.visit(parameter.children[0] ?? null, inner);
          this.visit(parameter.children[2] ?? null, scope);
          break;
        case Kind.VarargslistName:
          this.visit(parameter.children[0] ?? null, inner);
          this.visit(parameter.children[1] ?? null, scope);
          break;
        case Kind.TypedargslistStar:
        case Kind.VarargslistStar: {
          const name = parameter.children[0] ?? null;
          this.visit(name?.kind === Kind.Tfpdef ? (name.children[0] ?? null) : name, inner);
          break;
        }
        case Kind.TypedargslistDblStar:
        case Kind.VarargslistDblStar:
          this.visit(parameter.children[0] ?? null, inner);
          break;
      }
    }
  }

  /** What stands in brackets: a comprehension, of which only the first iterable is evaluated around it, or a list. */
  #visitDisplay(node: Node, scope: number): void {
    const [element = null, rest = null] = node.children;
    if (rest?.kind !== Kind.CompFor) {
      for (const child of node.children) this.visit(child, scope);
      return;
    }
    const inner = this.#scopeOf(node, "listcomp", "genexpr", "dictcomp", "setcomp");
    this.visit(element, inner);
    this.visit(rest.children[0] ?? null, inner);
    this.visit(rest.children[1] ?? null, scope);
    this.visit(rest.children[2] ?? null, inner);
  }

  #scopeOf(node: Node, ...kinds: readonly ScopeMapKind[]): number | undefined {
    for (const kind of kinds) {
      const found = this.#scopesByStart.get(`${kind} ${node.start}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #add(node: Node, scope: number): void {
    const { start, end } = node;
    const name = nameOf(node);
    if (this.#known[scope]?.has(name) && this.#text.slice(start, end) === name) {
      this.uses.push({ name, start, end, scope });
    }
  }

  #addConstant({ start, end }: Node, scope: number): void {
    const name = this.#text.slice(start, end);
    if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) this.uses.push({ name, start, end, scope, isConstant: true });
  }
}

/** Extents of the nodes around an offset, the innermost first; equal ones once. */
export function findExtents(tree: Node | null, offset: number): { start: number; end: number }[] {
  const extents: { start: number; end: number }[] = [];
  let node: Child = tree;
  while (node !== null) {
    const last = extents[0];
    if (node.end > node.start && (last?.start !== node.start || last.end !== node.end)) {
      extents.unshift({ start: node.start, end: node.end });
    }
    node =
      node.children.find((child) => child !== null && child.start <= offset && offset <= child.end) ?? null;
  }
  return extents;
}

import type { ScopeMap } from "../../../src/index.js";

/**
 * Adds an expression to a scope, as its last one, where the compiler emits code for it even after a `return`. Nothing
 * before it changes, so the scope's own names keep the order in which they are met.
 *
 * @param expression one line, with its parentheses
 */
export function addExpression(source: string, scope: ScopeMap, expression: string): string {
  const text = source.slice(scope.start, scope.end);
  const before = source.slice(0, scope.start);
  const after = source.slice(scope.end);
  if (scope.kind === "module") throw new Error("a module has no slots to look for");
  if (scope.kind === "function" || scope.kind === "class") return addStatement(source, scope, expression);
  if (scope.kind === "lambda") {
    const body = endOfHeader(text);
    return `${before}${text.slice(0, body)}((${text.slice(body)}), ${expression})${after}`;
  }
  const [element, rest] = splitComprehension(text, scope.kind === "dictcomp");
  return `${before}((${element}), ${expression})${rest}${after}`;
}

/**
 * Adds a simple statement at the end of the body of a function or class, in a loop: the label at the top of a loop ends
 * the stretch of unreachable code that follows a `return`.
 */
export function addStatement(source: string, scope: ScopeMap, statement: string): string {
  const lineEnd = source.indexOf("\n", scope.end);
  const end = lineEnd < 0 ? source.length : lineEnd;
  const text = source.slice(scope.start, end);
  const after = source.slice(end);
  const before = source.slice(0, scope.start);
  const body = endOfHeader(text);
  const block = /^[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]*)/.exec(text.slice(body));
  if (block !== null) return `${before}${text}\n${block[1] ?? ""}while 1: ${statement}${after}`;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = `${/^[ \t]*/.exec(line)?.[0] ?? ""}    `;
  return `${before}${text.slice(0, body)}\n${indent}${text.slice(body).trimStart()}\n${indent}while 1: ${statement}${after}`;
}

/** A token of Python, as far as brackets, colons and keywords are concerned. */
const tokens =
  /#[^\n]*|(?:\b[rRbBfFuUtT]{1,2})?(?:"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^\\"\n])*"|'(?:\\.|[^\\'\n])*')|[\p{L}\p{N}_]+|:=|[^\s]/gsu;

/** Tokens outside all brackets, with their offsets. */
function* outerTokens(text: string): Generator<[token: string, start: number, end: number]> {
  let depth = 0;
  for (const match of text.matchAll(tokens)) {
    const [token] = match;
    if (")]}".includes(token)) depth--;
    if (depth === 0) yield [token, match.index, match.index + token.length];
    if ("([{".includes(token)) depth++;
  }
}

/** The offset after the colon that ends `def f(...):`, `class C:` or `lambda ...:`. */
function endOfHeader(text: string): number {
  let lambdas = 0;
  let isFirst = true;
  for (const [token, , end] of outerTokens(text)) {
    // The lambda whose header it is doesn't count, those in its defaults do.
    if (token === "lambda" && !isFirst) lambdas++;
    isFirst = false;
    if (token === ":" && lambdas-- === 0) return end;
  }
  throw new Error(`no header in ${text}`);
}

/** Splits off a comprehension's element; of a dictionary's pair the key, which is visited last. */
function splitComprehension(text: string, isDict: boolean): [element: string, rest: string] {
  let lambdas = 0;
  for (const [token, start] of outerTokens(text)) {
    if (token === "lambda") lambdas++;
    const isEnd = isDict ? token === ":" && lambdas-- === 0 : token === "for" || token === "async";
    if (isEnd) return [text.slice(0, start).trimEnd(), ` ${text.slice(start)}`];
  }
  throw new Error(`no comprehension in ${text}`);
}

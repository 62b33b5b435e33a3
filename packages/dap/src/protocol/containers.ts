import { DebuggerError } from "../debugger/errors.js";
import type { AssignTarget, ChildrenRef, Debugger, ExpandedPage, Page, Variable } from "../debugger/types.js";
import { isDictType } from "../debugger/values.js";
import type { VariableContainer } from "./session-state.js";

/** Most variables in one answer: a client that wants more asks for the next page. */
const mostAtOnce = 1000;

export interface ContainerPage {
  readonly items: readonly Variable[];
  /** Why the locals have no names; undefined if they have. */
  readonly unnamed?: string | undefined;
}

/** Reads one page of a scope or a value, and keeps what was shown, so that it can be assigned to by name. */
export async function readContainer(
  container: VariableContainer,
  page: Page,
  debug: Debugger,
): Promise<ContainerPage> {
  const found = await readContent(container.content, page, debug);
  for (const variable of found.items) container.shown.set(variable.name, variable);
  return found;
}

/** What a name in a container assigns to. */
export async function findInContainer(
  container: VariableContainer,
  name: string,
  debug: Debugger,
): Promise<AssignTarget> {
  if (!container.shown.has(name)) {
    await readContainer(container, { start: 0, count: Number.MAX_SAFE_INTEGER }, debug);
  }
  const variable = container.shown.get(name);
  if (!variable) throw new DebuggerError("notAssignable", `There is no variable \`${name}\` here.`);
  if (!variable.assign) throw new DebuggerError("notAssignable", `\`${name}\` can't be assigned to.`);
  return variable.assign;
}

async function readContent(
  content: VariableContainer["content"],
  page: Page,
  debug: Debugger,
): Promise<ContainerPage> {
  if (content.kind === "children") return { items: await readChildren(content.children, page, debug) };
  if (page.filter === "indexed") return { items: [] };
  if (content.kind === "globals") {
    return { items: await readSorted(page, (part) => debug.globals(content.frame, part)) };
  }
  const frame = await debug.frame(content.frame);
  const all = content.kind === "locals" ? frame.locals : frame.freeVariables;
  const unnamed = content.kind === "locals" && page.start === 0 ? frame.unnamed : undefined;
  return { items: all.slice(page.start, page.start + page.count), unnamed };
}

async function readChildren(
  children: ChildrenRef,
  page: Page,
  debug: Debugger,
): Promise<readonly Variable[]> {
  const expand = (part: Page) => debug.expand(children, part);
  const isOrdered = isDictType(children.type) || children.type === "generator";
  if (page.filter === "indexed" || children.named === 0 || isOrdered) return await readAll(page, expand);
  if (page.filter === "named" || children.indexed === 0) return await readSorted(page, expand);
  const indexed = await readAll({ ...page, filter: "indexed" }, expand);
  return [...indexed, ...(await readSorted({ ...page, filter: "named" }, expand))];
}

/**
 * Reads one page of named variables, which come as they lie in the target's hash table, in an order to find them by:
 * what holds data first, `__names__` last, each by name. Where there is more than one answer holds they stay as they come.
 */
async function readSorted(
  page: Page,
  read: (page: Page) => Promise<ExpandedPage>,
): Promise<readonly Variable[]> {
  const whole = await readAll({ ...page, start: 0, count: mostAtOnce + 1 }, read, mostAtOnce + 1);
  if (whole.length > mostAtOnce) return await readAll(page, read);
  const ranked = whole.map((variable) => ({ variable, rank: rankOf(variable) }));
  ranked.sort((a, b) => a.rank - b.rank || compareTexts(a.variable.name, b.variable.name));
  return ranked.map(({ variable }) => variable).slice(page.start, page.start + page.count);
}

/** Where a variable stands among its siblings: data, functions, classes, modules, `__names__`. */
function rankOf({ name, value, children }: Variable): number {
  if (/^__.*__$/.test(name)) return 4;
  switch (value.kind === "value" ? value.type : "") {
    case "function":
    case "closure":
    case "bound_method":
      return 1;
    case "generator":
      // So MicroPython calls the type of generator functions too, which hold nothing.
      return children ? 0 : 1;
    case "type":
      return 2;
    case "module":
      return 3;
    default:
      return 0;
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Follows pages until the count asked for, the end, or the limit of one answer. */
async function readAll(
  page: Page,
  read: (page: Page) => Promise<ExpandedPage>,
  most = mostAtOnce,
): Promise<Variable[]> {
  const wanted = Math.min(page.count, most);
  const items: Variable[] = [];
  while (items.length < wanted) {
    const start = page.start + items.length;
    const part = await read({ ...page, start, count: wanted - items.length });
    items.push(...part.items);
    if (part.items.length === 0 || start + part.items.length >= part.total) break;
  }
  return items;
}

import { DebuggerError } from "../debugger/errors.js";
import type { AssignTarget, ChildrenRef, Debugger, ExpandedPage, Page, Variable } from "../debugger/types.js";
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
    return { items: await readAll(page, (part) => debug.globals(content.frame, part)) };
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
  const read = (part: Page) => readAll(part, (next) => debug.expand(children, next));
  if (page.filter !== undefined || children.indexed === 0 || children.named === 0) return await read(page);
  const indexed = await read({ ...page, filter: "indexed" });
  return [...indexed, ...(await read({ ...page, filter: "named" }))];
}

/** Follows pages until the count asked for, the end, or the limit of one answer. */
async function readAll(page: Page, read: (page: Page) => Promise<ExpandedPage>): Promise<Variable[]> {
  const wanted = Math.min(page.count, mostAtOnce);
  const items: Variable[] = [];
  while (items.length < wanted) {
    const start = page.start + items.length;
    const part = await read({ ...page, start, count: wanted - items.length });
    items.push(...part.items);
    if (part.items.length === 0 || start + part.items.length >= part.total) break;
  }
  return items;
}

import type { StoppedProgram } from "./stopped-program.js";
import type { Completion } from "./types.js";

/** Most names asked of the target for one completion. */
const mostNames = 300;

const keywords =
  "and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield".split(
    " ",
  );

const builtins =
  "abs all any bin bool bytearray bytes callable chr dict dir divmod enumerate eval exec filter float getattr globals hasattr hash hex id int isinstance issubclass iter len list map max memoryview min next object oct open ord pow print range repr reversed round set setattr slice sorted str sum super tuple type zip".split(
    " ",
  );

/** What could complete the word at `offset`: names of the frame, or attributes of the dotted name before it. */
export async function completeText(
  text: string,
  offset: number,
  frame: number,
  stopped: StoppedProgram,
): Promise<readonly Completion[]> {
  const before = text.slice(0, offset);
  const match = /(?:((?:[\p{L}_][\p{L}\p{N}_]*\s*\.\s*)+))?([\p{L}_][\p{L}\p{N}_]*)?$/u.exec(before);
  const word = match?.[2] ?? "";
  const place = { start: offset - word.length, length: word.length };
  const owner = match?.[1]?.replace(/\s/g, "").replace(/\.$/, "");
  const make = (kind: Completion["kind"]) => (label: string) => ({ label, kind, ...place });
  const fits = (label: string) => label.startsWith(word) && (word.startsWith("_") || !label.startsWith("__"));
  if (owner !== undefined) {
    return (await attributes(owner, frame, stopped)).filter(fits).map(make("attribute"));
  }
  if (/[.\d]\s*$/.test(before.slice(0, place.start))) return [];
  const { items } = await stopped.globals(frame, { start: 0, count: mostNames });
  const names = new Set([...(await stopped.names(frame)), ...items.map(({ name }) => name)]);
  return [
    ...[...names].filter(fits).map(make("variable")),
    ...builtins.filter((label) => fits(label) && !names.has(label)).map(make("function")),
    ...keywords.filter(fits).map(make("keyword")),
  ];
}

/** The attributes of a dotted name; none if it can't be evaluated. */
async function attributes(owner: string, frame: number, stopped: StoppedProgram): Promise<readonly string[]> {
  try {
    const { value } = await stopped.evaluate(`dir(${owner})`, frame, "inspect");
    if (!value?.children) return [];
    const { items } = await stopped.expand(value.children, { start: 0, count: mostNames });
    return items.flatMap(({ value }) => (value.kind === "value" ? unquote(value.text) : []));
  } catch {
    return [];
  }
}

function unquote(text: string): string[] {
  const match = /^'([\p{L}\p{N}_]+)'$/u.exec(text);
  return match?.[1] === undefined ? [] : [match[1]];
}

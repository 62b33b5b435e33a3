/** A text and the position of the `$0` in it, which is taken out. */
export function cursorIn(marked: string): { text: string; position: { line: number; character: number } } {
  const at = marked.indexOf("$0");
  if (at < 0) throw new Error("There is no $0 in the text.");
  const before = marked.slice(0, at).split(/\r\n|\n|\r/);
  return {
    text: marked.slice(0, at) + marked.slice(at + 2),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

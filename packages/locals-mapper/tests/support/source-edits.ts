import * as fc from "fast-check";
import type { TextEdit } from "../../src/index.js";

/** Pieces of Python that an edit may put in: brackets, quotes, line ends, words, halves of tokens. */
const words =
  "def |class |lambda |if |elif |else|for |in |not |is |and |or |async |await |yield |return |import |from |as |" +
  "global x\n|pass\n|try:|except:|None|__debug__|const(|_X = const(1)\n|é|x";
const literals = "'''|\"\"\"|f'|f\"|rf'|t'|t\"|b'|{a}|{a!r:>{b}}|{{|}}|\\N{|\\x4|\\\n|0|1|0x|1e|1_0|09|j";
const blanksAndOperators = "\n  |\n    |\n\t|**|//|->|:=|...|!=|<<=";
const pieces = [
  ...Array.from("()[]{}:;,.=@#\\~!%*+-<>|&^ \t\n\r'\""),
  ...`${words}|${literals}|${blanksAndOperators}`.split("|"),
];

export interface Edit {
  /** Where to edit, as a fraction of the text. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** Any small edit. */
export const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 })),
  inserted: fc.oneof(fc.constant(""), fc.constantFrom(...pieces)),
});

/** One of the given texts with one to three small edits. */
export function editedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) => edits.reduce(applyEdit, text));
}

function applyEdit(text: string, made: Edit): string {
  const { start, end, text: inserted } = editAt(text, made);
  return text.slice(0, start) + inserted + text.slice(end);
}

/** What an edit replaces in a text, and by what. */
export function editAt(text: string, { at, removed, inserted }: Edit): TextEdit {
  const start = Math.floor(at * text.length);
  return { start, end: Math.min(start + removed, text.length), text: inserted };
}

/** A text of such pieces alone. */
export const pieceText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { maxLength: 60 })
  .map((chosen) => chosen.join(""));

/** Short programs of what the snippets have little of: strings that are read again, numbers, constants. */
export const stringPrograms: readonly string[] = [
  `x = f"{a}{b!r:>{w}}" f'{c=}'\ny = 1\n`,
  `x = f'''{a\n}{f"{b:{c}}"}''' "z{{}}"\nif x:\n  y = f"{a!r:{w}}b"\nz\n`,
  `t"a{b}" "+'c'"\nrt'\\d{x}'\nt'''{a:\n{b}}\nxx{{}}'''\n`,
  `x = {f"{a}": f'{b}' "c" for a in "\\n\\x41\\u00e9"}\ny = b"a\\xff" rb'\\d'\n`,
  `x = 1 + 2*3 - 4 if not 0 or y else (1, 2.5, "a", b'x', None)\ny = -2**3 // 7 % 5 << 2 & 0xff | 1 ^ 3\n`,
  `X = const(5)\n_Y: int = const((1, 2))\nz = X, _Y, 0x1_0, 1e5j\n`,
];

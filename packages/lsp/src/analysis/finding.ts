/** Something to tell a user about a stretch of a text, whoever found it. Offsets are UTF-16. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly severity: "error" | "warning" | "information" | "hint";
  /** A short name of the kind of finding, such as `SyntaxError` or `F401`. */
  readonly code: string;
  /** Who found it. */
  readonly source: "slotscope" | "ruff";
  readonly message: string;
  /** Set where the marked text has no effect: editors show it faded. */
  readonly isUnnecessary?: true;
  /** A change that puts it right. */
  readonly fix?: Fix;
}

/** A change to a text that answers a finding. */
export interface Fix {
  readonly title: string;
  /** Changes at offsets of the text as it stands; none overlaps another. */
  readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}

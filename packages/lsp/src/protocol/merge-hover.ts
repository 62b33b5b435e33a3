import type { Hover, Range } from "vscode-languageserver";
import { MarkupKind } from "./library.js";

/** Two hovers as one: basedpyright's, and ours below it. */
export function mergeHover(
  python: Hover | null,
  own: { readonly range: Range; readonly markdown: string } | undefined,
): Hover | null {
  if (own === undefined) return python;
  const above = python === null ? "" : markdownOf(python.contents);
  return {
    contents: {
      kind: MarkupKind.Markdown,
      value: above === "" ? own.markdown : `${above.trimEnd()}\n\n---\n${own.markdown}`,
    },
    range: python?.range ?? own.range,
  };
}

/** A hover without Markdown, for clients that show plain text only. */
export function withoutMarkdown({ contents, ...rest }: Hover): Hover {
  const value = markdownOf(contents)
    .replace(/^```\w*\n?|^---$/gm, "")
    .replace(/[`*]/g, "");
  return { ...rest, contents: { kind: MarkupKind.PlainText, value } };
}

function markdownOf(contents: Hover["contents"]): string {
  if (typeof contents === "string") return contents;
  if (Array.isArray(contents)) return contents.map(markdownOf).join("\n\n");
  if ("kind" in contents) return contents.value;
  return `\`\`\`${contents.language}\n${contents.value}\n\`\`\``;
}

/**
 * Turns the agent's MicroPython code into TypeScript constants: comments, blank lines and constants' names cost
 * heap on a target, so they stay here. Run by `pnpm build` before tsc.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../python/", import.meta.url);
const read = (name) => readFileSync(new URL(`${name}.py`, folder), "utf8");

/** What every session loads, in order, and then its tier; what only the start needs comes last and is dropped. */
const core = ["wire", "values", "stop", "program"];
const tiers = {
  native: { lasting: ["native"], temporary: ["check-native"] },
  peek: { lasting: ["peek", "trace"], temporary: ["calibrate"] },
};

/** Largest piece of code that a target compiles at a time, in characters. */
const chunkSize = 3000;

/** Strings, comments, and all else. */
const token = /("(?:\\.|[^"\\\n])*")|(#.*)|([^"#]+)/g;

function strip(source) {
  return source
    .split("\n")
    .map((line) => line.replace(token, (whole, string, comment) => (comment ? "" : whole)).trimEnd())
    .filter((line) => line !== "")
    .map((line) => line.replace(/^ +/, (indent) => " ".repeat(Math.ceil(indent.length / 4))))
    .join("\n");
}

/** `NAME = 12` at the outermost level, never assigned again: its value stands for it. */
function inlineConstants(source) {
  const values = new Map();
  for (const [, name, value] of source.matchAll(/^([A-Z][A-Z_0-9]*) = (\d+|0x[0-9A-F]+)$/gm)) {
    const isAssigned = new RegExp(`global [^\n]*\\b${name}\\b`).test(source);
    if (!isAssigned) values.set(name, value);
  }
  return source
    .split("\n")
    .filter((line) => !(values.has(line.split(" = ")[0]) && / = (\d+|0x[0-9A-F]+)$/.test(line)))
    .map((line) =>
      line.replace(token, (whole, string) =>
        string ? whole : whole.replace(/\b[A-Z][A-Z_0-9]*\b/g, (name) => values.get(name) ?? name),
      ),
    )
    .join("\n");
}

/** Pieces of whole statements of the outermost level. */
function split(source) {
  const chunks = [""];
  for (const statement of source.split(/\n(?=[^ \n)\]}])/)) {
    const last = chunks.at(-1);
    if (last !== "" && last.length + statement.length > chunkSize) chunks.push(statement);
    else chunks[chunks.length - 1] = last === "" ? statement : `${last}\n${statement}`;
  }
  return chunks;
}

/** A Python string literal in ASCII, without control characters: the raw REPL takes none. */
function literal(text) {
  return JSON.stringify(text).replaceAll(/[^\x20-\x7e]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const output = {};
for (const [tier, { lasting, temporary }] of Object.entries(tiers)) {
  const names = [...core, ...lasting, ...temporary];
  const sources = names.map((name) => strip(read(name)));
  const whole = inlineConstants(sources.join("\n#\n")).split("\n#\n");
  const calibration = temporary
    .flatMap((name) => [...read(name).matchAll(/^(?:def|class) (\w+)/gm)])
    .map(([, name]) => name);
  const chunks = whole.flatMap((source, at) =>
    split(source).map((text) => ({ text, lines: temporary.includes(names[at]) })),
  );
  chunks.push({ text: `CALIBRATION = ${JSON.stringify(calibration)}`, lines: false });
  output[tier] = chunks.map(({ text, lines }) => [literal(text), lines ? 0 : 3]);
}

const hash = createHash("sha256").update(JSON.stringify(output)).digest("hex").slice(0, 16);
writeFileSync(
  new URL("../src/sources.generated.ts", import.meta.url),
  `/** Written by scripts/embed.mjs from python/*.py. Each entry: a Python string literal, and the optimisation level to compile it at. */
export const sources: Readonly<Record<string, readonly (readonly [string, number])[]>> = ${JSON.stringify(output, null, 2)};

export const sourcesHash = ${JSON.stringify(hash)};
`,
);

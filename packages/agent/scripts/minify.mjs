/**
 * Makes the agent's MicroPython code small: on a target each name costs heap, and each function about a hundred bytes.
 * It knows the Python that `python/` is written in, not all of Python: a name is one thing in a file, own functions are
 * called without keyword arguments, and strings stand on one line.
 */

/** Names that every firmware holds (MicroPython's py/makeqstrdata.py, static_qstr_list): they cost no heap. */
const freeNames =
  "args bool builtins bytearray bytecode bytes callable chr classmethod clear close const copy count dict dir divmod end endswith eval extend find format from_bytes get globals hash id index insert isalpha isdigit islower isspace issubclass isupper items iter join key keys little locals lower lstrip main map micropython next object ord pop popitem pow read readinto readline remove replace reverse rfind rindex round rsplit rstrip send sep set setattr setdefault sort sorted split start startswith staticmethod step strip sum super throw to_bytes update upper value values write zip abs all any append".split(
    " ",
  );

const keywords = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

const token = /(b?"(?:\\.|[^"\\\n])*"|b?'(?:\\.|[^'\\\n])*')|(#.*)|([A-Za-z_]\w*)|(\d\w*)|(\s+)|(.)/g;

/** Tokens of a text: `{ kind, text }` with kind string, comment, name, number, space or sign. */
function tokens(source) {
  const kinds = ["string", "comment", "name", "number", "space", "sign"];
  return [...source.matchAll(token)].map((match) => ({
    kind: kinds[match.slice(1).findIndex((group) => group !== undefined)],
    text: match[0],
  }));
}

const join = (parts) => parts.map(({ text }) => text).join("");

/** Without comments and blank lines, indented by one space a level. */
function strip(source) {
  return join(tokens(source).filter(({ kind }) => kind !== "comment"))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .map((line) => line.replace(/^ +/, (indent) => " ".repeat(Math.ceil(indent.length / 4))))
    .join("\n");
}

/** The functions marked `# inline`: `{ params, body }` by name, and the files without them. */
function takeInlines(files) {
  const inlines = new Map();
  const marked = /^# inline\ndef (\w+)\(([^)]*)\):\n(?: +#.*\n)* +return (.*)\n/gm;
  const rest = files.map((source) =>
    source.replace(marked, (_, name, params, body) => {
      inlines.set(name, {
        params: params.split(", ").filter((param) => param !== ""),
        body: tokens(body.replace(/ +#.*/, "")),
      });
      return "";
    }),
  );
  return { inlines, rest };
}

/** The arguments of the call whose bracket opens at a place, and where it ends. */
function argumentsAt(parts, open) {
  const args = [[]];
  let depth = 0;
  for (let at = open; ; at++) {
    const { text, kind } = parts[at];
    if (kind === "sign" && "([{".includes(text)) depth++;
    if (kind === "sign" && ")]}".includes(text)) depth--;
    if (depth === 0) return { args: join(args[0]).trim() === "" ? [] : args, end: at };
    if (at === open) continue;
    if (depth === 1 && text === ",") args.push([]);
    else args.at(-1).push(parts[at]);
  }
}

/** Puts the bodies of functions in place of their calls. */
function expand(source, inlines) {
  const parts = tokens(source);
  for (let at = 0; at < parts.length; at++) {
    const inline = parts[at].kind === "name" && parts[at - 1]?.text !== "." && inlines.get(parts[at].text);
    if (!inline) continue;
    const name = parts[at].text;
    if (parts[at + 1]?.text !== "(") throw new Error(`${name} is inline and can only be called`);
    const { args, end } = argumentsAt(parts, at + 1);
    if (args.length !== inline.params.length) throw new Error(`${name} takes ${inline.params.length}`);
    const texts = args.map((arg) => {
      const text = join(arg).trim();
      return /^\w+$/.test(text) ? text : `(${text})`;
    });
    const body = inline.body.map((part, i) => {
      const param =
        part.kind === "name" && inline.body[i - 1]?.text !== "." ? inline.params.indexOf(part.text) : -1;
      return param < 0 ? part : { kind: "name", text: texts[param] };
    });
    parts.splice(at, end - at + 1, ...tokens(`(${join(body)})`));
    at--;
  }
  return join(parts);
}

/** `NAME = 12` at the outermost level, never assigned again: its value stands for it in all files. */
function inlineConstants(files) {
  const values = new Map();
  const constant = /^([A-Z][A-Z_0-9]*) = (\d+|0x[0-9A-F]+)$/;
  const all = files.join("\n");
  for (const line of all.split("\n")) {
    const [, name, value] = constant.exec(line) ?? [];
    if (name && !new RegExp(`global [^\n]*\\b${name}\\b`).test(all)) values.set(name, value);
  }
  return files.map((source) =>
    join(
      tokens(
        source
          .split("\n")
          .filter((line) => !values.has(constant.exec(line)?.[1]))
          .join("\n"),
      ).map((part) =>
        part.kind === "name" && values.has(part.text) ? { ...part, text: values.get(part.text) } : part,
      ),
    ),
  );
}

/** Which names a file binds: those of its outermost level, and those of each function. */
function findNames(source) {
  const globals = new Set();
  const locals = new Set();
  for (const block of source.split(/\n(?=[^ \n)\]}])/)) {
    const declared = new Set();
    const bound = new Set();
    for (const line of block.split("\n")) {
      for (const [, list] of line.matchAll(/^\s*global (.*)/g)) {
        for (const name of list.split(", ")) declared.add(name);
      }
      const [, name, params] = /^\s*def (\w+)\(([^)]*)\)/.exec(line) ?? [];
      if (name) {
        const own = params.split(", ").map((param) => param.replace(/[*]|=.*/g, ""));
        if (own[0] !== "self") (line.startsWith("def") ? globals : bound).add(name);
        for (const param of own) if (param) bound.add(param);
      }
      const [, type] = /^\s*class (\w+)/.exec(line) ?? [];
      if (type) (line.startsWith("class") ? globals : bound).add(type);
      for (const [, list] of line.matchAll(/\bfor ([\w, ]+) in\b/g)) {
        for (const each of list.split(",")) bound.add(each.trim());
      }
      for (const [, list] of line.matchAll(/\blambda ([\w, ]+):/g)) {
        for (const each of list.split(",")) bound.add(each.trim());
      }
      for (const [, each] of line.matchAll(/\bas (\w+)/g)) bound.add(each);
      const [, targets] = /^\s*((?:[\w, ()]+ = )+)/.exec(line) ?? [];
      for (const each of targets?.match(/\w+/g) ?? []) bound.add(each);
    }
    const isFunction = /^(def|class) /.test(block);
    for (const name of declared) globals.add(name);
    for (const name of bound) {
      if (isFunction && !declared.has(name)) locals.add(name);
      else globals.add(name);
    }
  }
  globals.delete("self");
  locals.delete("self");
  const imported = new Set();
  for (const [, list] of source.matchAll(/^(?:from \w+ )?import (.*)/gm)) {
    for (const each of list.split(", ")) if (!each.includes(" as ")) imported.add(each);
  }
  return { globals, locals, imported };
}

/** Calls back with each name that stands for a variable: not an attribute, not a keyword argument of a call. */
function mapNames(source, change) {
  let depth = 0;
  const parts = tokens(source);
  let isHeader = false;
  return join(
    parts.map((part, at) => {
      if (part.kind === "space" && part.text.includes("\n")) isHeader = false;
      if (part.text === "def" || part.text === "lambda") isHeader = true;
      if (part.kind === "sign" && "([{".includes(part.text)) depth++;
      if (part.kind === "sign" && ")]}".includes(part.text)) depth--;
      if (part.kind !== "name" || keywords.has(part.text) || parts[at - 1]?.text === ".") return part;
      const isKeyword = depth > 0 && !isHeader && parts[at + 1]?.text === "=" && parts[at + 2]?.text !== "=";
      return isKeyword ? part : { ...part, text: change(part.text) };
    }),
  );
}

function* shortNames() {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (const one of letters) for (const two of `_${letters}`) yield one + two;
}

/**
 * Shrinks the files of one agent. The first holds what lasts; the others are parts that are loaded when they are needed.
 * `kept` are names that must stay what they are. Results in one entry a file:
 *
 * - `shared`: its text, for all files to be run with the same globals;
 * - `apart`: the same for a module of its own, which finds the first file's names in the dictionary-like `A`.
 */
export function minify(files, kept) {
  const { inlines, rest } = takeInlines(files);
  const stripped = inlineConstants(rest.map((source) => strip(expand(source, inlines))));
  const found = stripped.map(findNames);
  const core = found[0].globals;
  found.slice(1).forEach(({ locals, globals }, at) => {
    for (const name of locals) {
      if (core.has(name))
        throw new Error(`${name} of part ${at + 1} is also the name of a global of the core`);
    }
    for (const name of globals) if (core.has(name)) globals.delete(name);
  });

  const bound = new Set(found.flatMap(({ globals, locals }) => [...globals, ...locals]));
  for (const name of kept) bound.delete(name);
  const reserved = new Set(["A", "P", "d", "u", "load", ...kept, ...keywords]);
  for (const [at, source] of stripped.entries()) {
    mapNames(source, (name) => {
      if (!core.has(name) && !found[at].globals.has(name) && !found[at].locals.has(name)) reserved.add(name);
      return name;
    });
  }
  // Attributes and short strings of the core are among the firmware's names after it is loaded, whatever else.
  const inUse = tokens(stripped[0]).flatMap(({ kind, text }, at, all) => {
    if (kind === "name" && all[at - 1]?.text === ".") return [text];
    return kind === "string" && /^"[a-z_]{2,10}"$/.test(text) ? [text.slice(1, -1)] : [];
  });
  const pool = [...new Set([...freeNames, ...inUse, ...shortNames()])].filter(
    (name) => !reserved.has(name) && !keywords.has(name) && !name.startsWith("__"),
  );

  const globalNames = new Map();
  const take = pool[Symbol.iterator]();
  for (const { globals } of found) {
    for (const name of globals) {
      if (bound.has(name) && !globalNames.has(name)) globalNames.set(name, take.next().value);
    }
  }

  return stripped.map((source, at) => {
    const { globals, locals, imported } = found[at];
    const used = new Set();
    mapNames(source, (name) => {
      if (globalNames.has(name)) used.add(globalNames.get(name));
      return name;
    });
    const free = pool.filter((name) => !used.has(name))[Symbol.iterator]();
    const localNames = new Map();
    for (const name of locals) {
      if (bound.has(name) && !globalNames.has(name)) localNames.set(name, free.next().value);
    }
    const rename = (name) => globalNames.get(name) ?? localNames.get(name) ?? name;
    const entries = source.replaceAll(
      /\bpart\("(\w+)"\)\["(\w+)"\]/g,
      (_, part, name) => `part("${part}")["${rename(name)}"]`,
    );
    const shared = mapNames(entries, rename);
    if (at === 0) return { shared, apart: shared, names: globalNames };
    const isOfCore = (name) =>
      (core.has(name) && !globals.has(name) && !locals.has(name)) ||
      (found[0].imported.has(name) && !imported.has(name));
    const apart = mapNames(
      entries
        .split("\n")
        .map((line) =>
          line.replace(/^(\s*)global (.*)/, (_, indent, list) => {
            const own = list.split(", ").filter((name) => !core.has(name));
            return own.length > 0 ? `${indent}global ${own.join(", ")}` : "";
          }),
        )
        .filter((line) => line !== "")
        .join("\n"),
      (name) => (isOfCore(name) ? `A.${rename(name)}` : rename(name)),
    );
    return { shared, apart: `A=__import__("sys").modules["_slotscope_agent"]\n${apart}` };
  });
}

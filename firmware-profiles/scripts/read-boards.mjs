// Writes the profiles of boards that nobody here has, from MicroPython's pinned source: `node scripts/read-boards.mjs`.
// What decides is read by the C preprocessor, as the board's build would; headers of vendors' SDKs, which the source does
// not hold, are empty. Needs arm-none-eabi-gcc.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchSource, newestVersion } from "../../scripts/micropython-source.mjs";
import { boards } from "./boards.mjs";

const profilesFolder = join(dirname(dirname(fileURLToPath(import.meta.url))), "profiles");
const compiler = "arm-none-eabi-gcc";

/** Switches of the mapper's `Features` and the condition that each is. */
const switches = {
  const: "MICROPY_COMP_CONST",
  constFolding: "MICROPY_COMP_CONST_FOLDING",
  constTuple: "MICROPY_COMP_CONST_TUPLE",
  constLiteral: "MICROPY_COMP_CONST_LITERAL",
  constFloat: "MICROPY_COMP_CONST_FLOAT && MICROPY_PY_BUILTINS_FLOAT",
  orderedDictLiteral: "MICROPY_COMP_CONST_LITERAL && MICROPY_PY_COLLECTIONS_ORDEREDDICT",
  moduleConst: "MICROPY_COMP_MODULE_CONST",
  doubleTupleAssign: "MICROPY_COMP_DOUBLE_TUPLE_ASSIGN",
  tripleTupleAssign: "MICROPY_COMP_TRIPLE_TUPLE_ASSIGN",
  returnIfExpr: "MICROPY_COMP_RETURN_IF_EXPR",
  topLevelAwait: "MICROPY_COMP_ALLOW_TOP_LEVEL_AWAIT",
  assignExpr: "MICROPY_PY_ASSIGN_EXPR",
  asyncAwait: "MICROPY_PY_ASYNC_AWAIT",
  fstrings: "MICROPY_PY_FSTRINGS",
  set: "MICROPY_PY_BUILTINS_SET",
  slice: "MICROPY_PY_BUILTINS_SLICE",
  unicode: "MICROPY_PY_BUILTINS_STR_UNICODE",
  complex: "MICROPY_PY_BUILTINS_COMPLEX",
  docStrings: "MICROPY_ENABLE_DOC_STRING",
  cpythonCompat: "MICROPY_CPYTHON_COMPAT",
  sourceLine: "MICROPY_ENABLE_SOURCE_LINE",
  nativeEmitter: "MICROPY_EMIT_NATIVE",
};
const assemblers = {
  thumb: "MICROPY_EMIT_INLINE_THUMB",
  xtensa: "MICROPY_EMIT_INLINE_XTENSA",
  rv32: "MICROPY_EMIT_INLINE_RV32",
};
const levels = { minimum: 0, core: 10, basic: 20, extra: 30, full: 40, everything: 50 };
const reporting = { terse: "TERSE", normal: "NORMAL", detailed: "DETAILED" };

/** Text for the preprocessor that comes out as lines `KEY=VALUE`. */
const questions = [
  '#include "py/mpconfig.h"',
  ...Object.entries(switches).map(([name, condition]) => ask(`feature.${name}`, condition)),
  ...Object.entries(assemblers).map(([name, condition]) => ask(`assembler.${name}`, condition)),
  ...Object.entries(levels).map(([name, rank]) =>
    ask(`level.${name}`, `MICROPY_CONFIG_ROM_LEVEL == ${rank}`),
  ),
  ...Object.entries(reporting).map(([name, macro]) =>
    ask(`errors.${name}`, `MICROPY_ERROR_REPORTING == MICROPY_ERROR_REPORTING_${macro}`),
  ),
  ask("float.32", "MICROPY_FLOAT_IMPL == MICROPY_FLOAT_IMPL_FLOAT"),
  ask("float.64", "MICROPY_FLOAT_IMPL == MICROPY_FLOAT_IMPL_DOUBLE"),
  ask("settrace", "MICROPY_PY_SYS_SETTRACE"),
  ask("errno", "MICROPY_PY_ERRNO"),
  ask("uctypes", "MICROPY_PY_UCTYPES"),
  "@platform=MICROPY_PY_SYS_PLATFORM",
  "@board=MICROPY_HW_BOARD_NAME",
  "@mcu=MICROPY_HW_MCU_NAME",
  "@vid=MICROPY_HW_USB_VID",
  "@pid=MICROPY_HW_USB_PID",
  "@pidWithDisk=MICROPY_HW_USB_PID_CDC_MSC",
  "",
].join("\n");

function ask(key, condition) {
  return `#if ${condition}\n@${key}=1\n#else\n@${key}=0\n#endif`;
}

/** The preprocessor's output for a file of a board's build; a header that isn't there becomes an empty one. */
function preprocess(source, board, scratch, file, more = []) {
  const includes = [
    ".",
    `ports/${board.port}`,
    `ports/${board.port}/boards/${board.board}`,
    "lib/cmsis/inc",
    ...(board.includes ?? []),
  ];
  const words = [
    "-E",
    ...board.target,
    ...more,
    "-DNO_QSTR",
    '-DFFCONF_H="lib/oofatfs/ffconf.h"',
    ...board.defines.map((define) => `-D${define}`),
    ...includes.map((folder) => `-I${folder}`),
    `-I${scratch}`,
    file,
  ];
  for (;;) {
    const { error, status, stdout, stderr } = spawnSync(compiler, words, {
      cwd: source,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    if (error) throw new Error(`${compiler} can't be run: ${error.message}. Install it.`);
    if (status === 0) return stdout;
    const [, header] = /fatal error: (\S+): No such file/.exec(stderr) ?? [];
    if (header === undefined) throw new Error(`${file} for ${board.id}: ${stderr.slice(0, 2000)}`);
    mkdirSync(dirname(join(scratch, header)), { recursive: true });
    writeFileSync(join(scratch, header), "");
  }
}

/** The files that define macros last, by macro. */
function findDefinitions(text, source) {
  const files = new Map();
  let file = "";
  for (const line of text.split("\n")) {
    const [, entered] = /^# \d+ "([^"]*)"/.exec(line) ?? [];
    if (entered !== undefined) file = entered;
    const [, macro] = /^#define (MICROPY_\w+)/.exec(line) ?? [];
    if (macro !== undefined) files.set(macro, relative(source, join(source, file)));
  }
  return files;
}

function readAnswers(text) {
  const answers = new Map();
  for (const [, key, value] of text.matchAll(/^@([\w.]+)=(.*)$/gm)) answers.set(key, value.trim());
  return answers;
}

/** Modules in C: those whose registration the preprocessor leaves. */
function readBuiltins(source, board, scratch) {
  const files = ["py", "extmod", "drivers", "shared", `ports/${board.port}`].flatMap((folder) =>
    listSources(source, folder),
  );
  const names = new Set();
  for (const file of files) {
    if (!/^MP_REGISTER_(EXTENSIBLE_)?MODULE\(/m.test(readFileSync(join(source, file), "utf8"))) continue;
    const text = preprocess(source, board, scratch, file, ["-P"]);
    for (const [, name] of text.matchAll(/MP_REGISTER_(?:EXTENSIBLE_)?MODULE\(MP_QSTR_(\w+)/g))
      names.add(name);
  }
  names.delete("__main__");
  return names;
}

function listSources(source, folder) {
  return readdirSync(join(source, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".c"))
    .map((entry) => relative(source, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.includes("/boards/"))
    .sort();
}

/** Frozen modules as a manifest and those that it includes name them; what only micropython-lib knows is in `bundles`. */
function readManifest(source, board, file, found = { modules: new Set(), bundles: new Set() }) {
  const folder = dirname(file);
  const place = (path) => {
    const full = path
      .replace("$(MPY_DIR)/", "")
      .replace("$(PORT_DIR)", `ports/${board.port}`)
      .replace("$(BOARD_DIR)", `ports/${board.port}/boards/${board.board}`);
    return full === path && !path.startsWith("$") && !existsSync(join(source, path))
      ? join(folder, path)
      : full;
  };
  for (const [, what, name] of readFileSync(join(source, file), "utf8").matchAll(
    /^(include|freeze|module|package|require)\(\s*"([^"]+)"/gm,
  )) {
    if (what === "include") {
      const included = place(name);
      readManifest(source, board, included.endsWith(".py") ? included : join(included, "manifest.py"), found);
    } else if (what === "freeze") {
      for (const each of readdirSync(join(source, place(name))))
        if (each.endsWith(".py")) found.modules.add(each.slice(0, -3));
    } else if (what === "require" && name.includes("-")) found.bundles.add(name);
    else found.modules.add(name.replace(/\.py$/, "").split(".")[0]);
  }
  return found;
}

/** The constants of the module errno, whose numbers are those of the board's C library or MicroPython's own. */
function readErrno(source, board, scratch) {
  const text = preprocess(source, board, scratch, "py/moderrno.c", ["-P"]);
  const constants = {};
  for (const [, name, value] of text.matchAll(/MP_QSTR_(E[A-Z]+)\b[^}]*?\(\(?\(?(?:mp_int_t\))?\(?(\d+)/g))
    constants[name] = Number(value);
  return Object.fromEntries(Object.entries(constants).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function text(value) {
  return /^".*"$/.test(value ?? "") ? value.replaceAll(/"\s*"/g, "").slice(1, -1) : undefined;
}

function number(value) {
  const [, digits] = /^\(*(0x[0-9a-fA-F]+|\d+)\)*$/.exec(value ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function pick(answers, prefix, names) {
  return names.find((name) => answers.get(`${prefix}.${name}`) === "1");
}

function profileOf(source, board) {
  const scratch = mkdtempSync(join(tmpdir(), "slotscope-boards-"));
  try {
    const questionFile = join(scratch, "questions.c");
    writeFileSync(questionFile, questions);
    const answers = readAnswers(preprocess(source, board, scratch, questionFile, ["-P"]));
    const definitions = findDefinitions(preprocess(source, board, scratch, questionFile, ["-dD"]), source);
    const from = (macro) => `${definitions.get(macro) ?? board.definedIn}: ${macro}`;
    const folder = `ports/${board.port}/boards/${board.board}`;
    const card = JSON.parse(readFileSync(join(source, folder, "board.json"), "utf8"));
    const builtins = readBuiltins(source, board, scratch);
    const frozen = readManifest(source, board, board.manifest);
    const isFolding = answers.get("feature.moduleConst") === "1";
    const qemu = JSON.parse(
      readFileSync(join(profilesFolder, `qemu-settrace-${newestVersion}.json`), "utf8"),
    );
    const moduleConstants = {
      ...(isFolding && answers.get("errno") === "1" ? { errno: readErrno(source, board, scratch) } : {}),
      ...(isFolding && answers.get("uctypes") === "1"
        ? { uctypes: qemu.compiler.moduleConstants.uctypes }
        : {}),
    };
    const ownMacros = Object.values(switches)
      .flatMap((condition) => condition.match(/MICROPY_\w+/g) ?? [])
      .filter((macro) => (definitions.get(macro) ?? "").startsWith("ports/"));
    const machine = [text(answers.get("board")), text(answers.get("mcu"))];
    const vendorId = number(answers.get("vid"));
    const productId = number(answers.get("pid")) ?? number(answers.get("pidWithDisk"));
    const hasUsb = vendorId !== undefined && productId !== undefined;
    const { source: memorySource, ...memory } = board.memory ?? {};
    const notes = [
      ...(board.notes ?? []),
      ...[...frozen.bundles].map(
        (bundle) =>
          `The modules of micropython-lib's ${bundle} are frozen too; MicroPython's source doesn't name them.`,
      ),
    ];
    const moduleSources = [
      `MP_REGISTER_MODULE in the sources of MicroPython and of ports/${board.port}`,
      board.manifest,
    ];
    return {
      id: `${board.id}-${newestVersion}`,
      name: `${card.vendor} ${card.product}, stock MicroPython ${newestVersion}`,
      writtenBy: "source",
      port: board.port,
      board: board.board,
      variant: board.board,
      ...(machine.every((part) => part !== undefined) ? { machine: machine.join(" with ") } : {}),
      mcu: card.mcu,
      ...(hasUsb ? { usb: [{ vendorId, productId }] } : {}),
      ...memory,
      version: newestVersion,
      platform: text(answers.get("platform")),
      wordBits: 32,
      settrace: answers.get("settrace") === "1",
      tiers: [],
      compiler: {
        version: newestVersion.split(".").slice(0, 2).join("."),
        featureLevel: pick(answers, "level", Object.keys(levels)),
        settrace: answers.get("settrace") === "1",
        optimisation: 0,
        smallIntBits: 31,
        floatBits: Number(pick(answers, "float", ["32", "64"]) ?? 0),
        errorReporting: pick(answers, "errors", Object.keys(reporting)) ?? "terse",
        moduleConstants,
        features: {
          ...Object.fromEntries(
            Object.keys(switches).map((name) => [name, answers.get(`feature.${name}`) === "1"]),
          ),
          inlineAssemblers: Object.keys(assemblers).filter(
            (name) => answers.get(`assembler.${name}`) === "1",
          ),
        },
        crossCompiled: false,
      },
      modules: [...new Set([...builtins, ...frozen.modules])].sort((a, b) => (a < b ? -1 : 1)),
      ...(notes.length > 0 ? { notes } : {}),
      sources: {
        name: `${folder}/board.json`,
        ...(machine.every((part) => part !== undefined)
          ? { machine: `${from("MICROPY_HW_BOARD_NAME")}, MICROPY_HW_MCU_NAME` }
          : {}),
        mcu: `${folder}/board.json`,
        ...(hasUsb ? { usb: `${from("MICROPY_HW_USB_VID")}, MICROPY_HW_USB_PID` } : {}),
        ...Object.fromEntries(Object.keys(memory).map((name) => [name, memorySource])),
        platform: from("MICROPY_PY_SYS_PLATFORM"),
        wordBits: "the processor",
        settrace: from("MICROPY_PY_SYS_SETTRACE"),
        tiers: "without sys.settrace and our module there is none",
        compiler: `the C preprocessor over py/mpconfig.h with ports/${board.port}/mpconfigport.h, ${folder}/mpconfigboard.h, and ${board.definedIn}`,
        "compiler.featureLevel": from("MICROPY_CONFIG_ROM_LEVEL"),
        "compiler.floatBits": from("MICROPY_FLOAT_IMPL"),
        "compiler.errorReporting": from("MICROPY_ERROR_REPORTING"),
        "compiler.features":
          ownMacros.length === 0
            ? "py/mpconfig.h, by the feature level"
            : `py/mpconfig.h, by the feature level, but ${ownMacros.map(from).join(", ")}`,
        ...(moduleConstants.errno === undefined
          ? {}
          : {
              "compiler.moduleConstants": `errno: ${board.errno ?? "py/moderrno.c with py/mperrno.h"}; uctypes: probed on another 32-bit target`,
            }),
        modules: moduleSources.join("; "),
      },
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const source = await fetchSource(newestVersion);
for (const board of boards) {
  const profile = profileOf(source, board);
  writeFileSync(join(profilesFolder, `${profile.id}.json`), `${JSON.stringify(profile, null, 2)}\n`);
  console.log(`${profile.id}: ${profile.compiler.featureLevel}, ${profile.modules.length} modules`);
}

/**
 * What is asked of a running MicroPython, in its own language: pieces of code that assign lines of ASCII text to
 * `result`, each line a word and what it says. They use no module that a small firmware lacks, hold little in memory at
 * once, and never run a module of the user's. The first defines what the others call; the last takes that away again.
 */

import { stringLiteral } from "../python-literal.js";

/** Names that the pieces leave in their namespace until the last of them. */
const helperNames = [
  "probe_ascii",
  "probe_compiles",
  "probe_runs",
  "probe_find",
  "probe_modules",
  "probe_folds",
  "probe_constants",
  "probe_interned",
];

const prepare = `
import sys
def probe_ascii(value):
    return "".join(c if " " <= c < "\\x7f" else "?" for c in str(value))
def probe_compiles(source):
    try:
        exec(source, {})
    except SyntaxError:
        return 0
    except Exception:
        pass
    return 1
def probe_runs(source):
    try:
        exec(source, {})
        return 1
    except Exception:
        return 0
result = ""
`;

/** Words: version, release, platform, machine, build, bits, settrace, opt. */
const identity = `
def probe_answer():
    i = sys.implementation
    lines = ["version " + " ".join(probe_ascii(n) for n in i[1][:3])]
    if len(i[1]) > 3 and i[1][3]:
        lines.append("release " + probe_ascii(i[1][3]))
    lines.append("platform " + probe_ascii(getattr(sys, "platform", "")))
    for name in ("_machine", "_build"):
        if getattr(i, name, None):
            lines.append(name[1:] + " " + probe_ascii(getattr(i, name)))
    try:
        import struct
        bits = 8 * struct.calcsize("P")
    except ImportError:
        bits = 0
        n = getattr(sys, "maxsize", 0x3fffffff)
        while n:
            n >>= 1
            bits += 1
    lines.append("bits %d" % bits)
    lines.append("settrace %d" % hasattr(sys, "settrace"))
    try:
        import micropython
        lines.append("opt %d" % micropython.opt_level())
    except (ImportError, AttributeError):
        pass
    return "\\n".join(lines)
result = probe_answer()
del probe_answer
`;

/** Word: feature, with the mapper's name of a switch and 1 or 0. What can't be decided is not told. */
const switches = `
def probe_answer():
    lines = []
    if probe_runs("X=const(1)"):
        lines.append("const 1")
        lines.append("constFolding %d" % probe_runs("X=const(1+1)"))
        lines.append("constTuple %d" % probe_runs("X=const((1,2))"))
        lines.append("constFloat %d" % probe_runs("X=const(0.5*2)"))
    else:
        lines.append("const 0")
    for name, source in (
        ("assignExpr", "(x:=1)"),
        ("asyncAwait", "async def f(): pass"),
        ("fstrings", "f'{1}'"),
        ("tstrings", "raise KeyError\\nt'{1}'"),
        ("topLevelAwait", "raise KeyError\\nawait x"),
        ("set", "{1}"),
        ("slice", "b''[0:1]"),
    ):
        lines.append("%s %d" % (name, probe_compiles(source)))
    lines.append("cpythonCompat %d" % (not probe_compiles("raise KeyError\\nreturn")))
    lines.append("complex %d" % probe_runs("1j"))
    lines.append("unicode %d" % probe_runs("1//(len('\\\\u1234')==1)"))
    names = {}
    exec("'text'", names)
    lines.append("docStrings %d" % ("__doc__" in names))
    return "\\n".join("feature " + line for line in lines)
result = probe_answer()
del probe_answer
`;

/** Words: feature, assembler, float, errors. */
const emitters = `
def probe_answer():
    lines = ["feature nativeEmitter %d" % probe_compiles("@micropython.native\\ndef f(): pass")]
    for name in ("thumb", "xtensa", "rv32"):
        if probe_compiles("@micropython.asm_%s\\ndef f(): pass" % name):
            lines.append("assembler " + name)
    if not probe_runs("1.0"):
        lines.append("float 0")
    else:
        lines.append("float %d" % (64 if probe_runs("x=1.0\\n1//(x+1e-10!=x)") else 32))
    def f():
        pass
    try:
        f(1)
    except TypeError as e:
        said = str(e)
        lines.append("errors " + ("detailed" if said[:1] == "f" and said[1:2] == "(" else "normal" if said[:8] == "function" else "terse"))
    try:
        import io
        stream = io.StringIO()
        try:
            exec("\\n\\nraise KeyError", {})
        except KeyError as e:
            sys.print_exception(e, stream)
        lines.append("feature sourceLine %d" % ("line 3" in stream.getvalue()))
    except (ImportError, AttributeError, TypeError):
        pass
    return "\\n".join(lines)
result = probe_answer()
del probe_answer
`;

/** Word: feature. Whether an assignment makes a tuple on its way is told by the heap's growth. */
const tuples = `
def probe_answer():
    try:
        import gc
        used = gc.mem_alloc
    except (ImportError, AttributeError):
        return ""
    gc.collect()
    def f(a, b, c):
        start = used()
        end = used()
        noise = end - start
        start = used()
        a, b = b, a
        end = used()
        two = end - start > noise
        start = used()
        a, b, c = c, a, b
        end = used()
        return two, end - start > noise
    two, three = f(1, 2, 3)
    return "feature doubleTupleAssign %d\\nfeature tripleTupleAssign %d" % (not two, not three)
result = probe_answer()
del probe_answer
`;

/**
 * Expressions that run from a feature level on (py/mpconfig.h of 1.26.1). Few ports set these macros themselves. The
 * level of `full` shows by function attributes only since 1.25, by compression since 1.21.
 */
const levelExpressions: readonly (readonly [string, string])[] = [
  ["core", "enumerate(())"],
  ["core", "property"],
  ["core", "reversed(())"],
  ["basic", "next(iter(()),1)"],
  ["extra", "frozenset()"],
  ["extra", "''.partition('a')"],
  ["extra", "pow(2,3,5)"],
  ["extra", "''.center(1)"],
  ["extra", "round(1,0)"],
  ["full", "(lambda:0).__code__"],
  ["everything", "memoryview(b'').itemsize"],
  ["everything", "1//(range(1)==range(1))"],
  ["everything", "__import__('micropython').heap_locked"],
  ["everything", "__import__('collections').namedtuple('T','')._asdict"],
];

/** Words: level, with a level's name, 1 or 0, and the expression. */
const levels = `
def probe_answer():
    lines = []
    for level, source in (
${levelExpressions.map(([level, source]) => `        ("${level}", "${source}"),`).join("\n")}
    ):
        lines.append("level %s %d %s" % (level, probe_runs(source), source))
    return "\\n".join(lines)
result = probe_answer()
del probe_answer
`;

/**
 * Defines how modules are found. With the heap locked, a module written in Python can't be made: its import ends with
 * MemoryError before any of its code has run, that of a module that isn't there with ImportError. The failed import
 * leaves an entry without a value in `sys.modules` (`mp_obj_new_module` in py/objmodule.c), which must not stay. The name is
 * interned first, since that takes memory; so is what an import looks for where a name begins with `u` (mp_module_get_builtin).
 */
const moduleFinder = `
def probe_find(name, loaded):
    import micropython
    getattr(sys, name, None)
    if name[0] == "u":
        getattr(sys, name[1:], None)
    micropython.heap_lock()
    try:
        __import__(name)
        return 1
    except ImportError:
        return 0
    except Exception:
        return 1
    finally:
        loaded.pop(name, None)
        micropython.heap_unlock()
def probe_modules(names):
    found = []
    loaded = sys.modules
    before = sys.path[:]
    sys.path[:] = [".frozen"]
    try:
        for name in names.split():
            module = loaded.pop(name, None)
            try:
                if probe_find(name, loaded):
                    found.append(name)
            finally:
                if module is not None:
                    loaded[name] = module
    finally:
        sys.path[:] = before
    return "\\n".join("module " + name for name in found)
result = ""
`;

/** Word: module. */
export function askModules(names: readonly string[]): string {
  return `result = probe_modules("${names.join(" ")}")\n`;
}

/** Modules whose constants fold in some port: `mp_constants_table` in py/parse.c, `MICROPY_PORT_CONSTANTS`. */
const foldingModules = ["errno", "uctypes", "machine", "pyb", "stm"];

/** Word: folds, with a module's name and how many attributes it has. */
const folds = `
def probe_folds(name):
    try:
        module = __import__(name)
    except ImportError:
        return ""
    names = dir(module)
    for key in names:
        if key[0] != "_" and type(getattr(module, key)) is int:
            if probe_runs("X=const(%s.%s)" % (name, key)):
                return "folds %s %d" % (name, len(names))
            break
    return ""
def probe_constants(name, start, end):
    module = __import__(name)
    lines = []
    for key in dir(module)[start:end]:
        value = getattr(module, key)
        if key[0] != "_" and type(value) is int:
            lines.append("constant %s %s %d" % (name, key, value))
    return "\\n".join(lines)
result = "\\n".join(probe_folds(name) for name in (${foldingModules.map((name) => `"${name}"`).join(", ")}))
`;

/** Word: constant, with the module, the name and the value. */
export function askConstants(module: string, start: number, end: number): string {
  return `result = probe_constants("${module}", ${start}, ${end})\n`;
}

/** The same for all modules whose constants fold, at once. */
export const askAllConstants = `
result = "\\n".join(probe_constants(fold.split()[1], 0, 9999) for fold in result.split("\\n") if fold)
`;

/**
 * Defines how an interned string is told: one of more than 10 bytes in a source is an object on the heap unless the
 * firmware has interned it; then its reference is no address (`MP_OBJ_NEW_QSTR` in py/obj.h, representations A and C).
 */
const internedFinder = `
def probe_interned(strings):
    return "interned " + "".join("1" if id(text) & 3 == 2 else "0" for text in strings)
result = ""
`;

/** Word: interned, with a 1 or a 0 for each of the strings. */
export function askInterned(strings: readonly string[]): string {
  return `result = probe_interned((${strings.map(stringLiteral).join(",")},))\n`;
}

export const cleanUp = `
for probe_name in (${helperNames.map((name) => `"${name}"`).join(", ")}, "probe_name"):
    globals().pop(probe_name, None)
result = ""
`;

/** The pieces that need no answer of another, in order. */
export const firstQuestions: readonly string[] = [
  prepare,
  identity,
  switches,
  emitters,
  tuples,
  levels,
  moduleFinder,
];
export const constantQuestion = folds;
export const internedQuestion = internedFinder;

/** Words: heap, filesystem, space, id. Writes and removes an empty file to see whether the file system can be written. */
export const deviceQuestion = `
def probe_answer():
    lines = []
    try:
        import gc
        gc.collect()
        lines.append("heap %d %d" % (gc.mem_alloc() + gc.mem_free(), gc.mem_free()))
    except (ImportError, AttributeError):
        pass
    try:
        import machine
        lines.append("id " + "".join("%02x" % byte for byte in machine.unique_id()))
    except (ImportError, AttributeError):
        pass
    try:
        import os
        os.listdir()
    except (ImportError, AttributeError, OSError):
        return "\\n".join(lines)
    try:
        space = os.statvfs("")
        lines.append("space %d %d" % (space[1] * space[2], space[1] * space[4]))
    except (AttributeError, OSError):
        pass
    name = ".slotscope-probe"
    try:
        open(name, "w").close()
        os.remove(name)
        lines.append("filesystem writable")
    except (AttributeError, OSError):
        lines.append("filesystem read-only")
    return "\\n".join(lines)
result = probe_answer()
del probe_answer
`;

import { describe, expect, it } from "vitest";
import {
  type CodeIdentity,
  type CompilerOptions,
  crc32,
  type DebugMap,
  identifyCode,
  mapSource,
  type ScopeMap,
} from "../../src/index.js";
import { readSnippet, snippetTruth } from "../truth-files.js";

function map(text: string, options: CompilerOptions = {}): DebugMap {
  const { debugMap, problems } = mapSource(text, { file: "main.py", options });
  expect(problems).toEqual([]);
  return debugMap;
}

function scopeAt(debugMap: DebugMap, path: string): ScopeMap {
  const scope = debugMap.scopes.find((each) => each.path === path);
  if (scope === undefined) throw new Error(`no ${path}`);
  return scope;
}

/** What a target that compiled the same would tell of a scope's code object. */
function tell(scope: ScopeMap): CodeIdentity {
  const bytecode = scope.bytecode();
  if (bytecode === null) throw new Error(`${scope.path} has no bytecode`);
  const { code, lineInfo } = bytecode;
  return {
    name: scope.name,
    firstLine: scope.lines[0] ?? 0,
    code: { length: code.length, crc32: crc32(code) },
    lineInfo: { length: lineInfo.length, crc32: crc32(lineInfo) },
  };
}

const program = `
def area(w, h):
    return w * h

def volume(w, h, d):
    def scaled(k):
        return area(w, h) * k
    return scaled(d)
`;

describe("identifying a code object", () => {
  it("finds the scope it was made of, whether bytes are told or their digest", () => {
    const debugMap = map(program);
    const scope = scopeAt(debugMap, "<module>/1:volume/0:scaled");
    expect(identifyCode(tell(scope), debugMap)).toEqual({ kind: "exact", scope });
    const bytecode = scope.bytecode();
    const whole = { ...tell(scope), code: bytecode?.code ?? new Uint8Array(), argNames: scope.argNames };
    expect(identifyCode(whole, debugMap)).toEqual({ kind: "exact", scope });
  });

  it("finds every scope of every snippet that has bytecode", () => {
    for (const { path } of snippetTruth.filter((truth) => truth.error === null)) {
      const { debugMap } = mapSource(readSnippet(path), { file: path });
      for (const scope of debugMap.scopes) {
        const answer = identifyCode(tell(scope), debugMap);
        const found =
          answer.kind === "exact" ? [answer.scope] : answer.kind === "ambiguous" ? answer.scopes : [];
        const slots = found.map((each) => each.slots);
        expect({ path: scope.path, slots }).toEqual({
          path: scope.path,
          slots: found.map(() => scope.slots),
        });
        expect(found.length).toBeGreaterThan(0);
      }
    }
  });

  it("refuses code of another text, of other lines, and of a name the file doesn't have", () => {
    const debugMap = map(program);
    const told = tell(scopeAt(debugMap, "<module>/0:area"));
    const refusal = (code: CodeIdentity, within = debugMap) => {
      const answer = identifyCode(code, within);
      return answer.kind === "mismatch" ? answer.reason : answer.kind;
    };
    expect(refusal(told, map(program.replace("w * h", "w + h")))).toMatch(
      "bytecode of area is not that of main.py",
    );
    expect(refusal(told, map(`\n${program}`))).toMatch("lines of area are not those of main.py");
    expect(refusal(told, map(program.replace("def area(w, h):", "def area(w, h):\n")))).toMatch(
      "lines of area",
    );
    expect(refusal({ ...told, name: "perimeter" })).toBe("main.py has no bytecode function perimeter");
    expect(refusal({ ...told, argNames: ["w", "d"] })).toMatch("parameters of area");
  });

  it("refuses renamed locals only if the parameters are told, since bytecode holds no other names", () => {
    const told = tell(scopeAt(map(program), "<module>/0:area"));
    const renamed = map(program.replaceAll(/\bw\b/g, "x"));
    expect(identifyCode(told, renamed).kind).toBe("exact");
    expect(identifyCode({ ...told, argNames: ["w", "h"] }, renamed).kind).toBe("mismatch");
  });

  it("takes any of twins on one line that name their slots alike", () => {
    const debugMap = map("f = [lambda x: x + 1, lambda x: x + 1]\n");
    const twin = scopeAt(debugMap, "<module>/1:<lambda>");
    expect(identifyCode(tell(twin), debugMap)).toEqual({
      kind: "exact",
      scope: scopeAt(debugMap, "<module>/0:<lambda>"),
    });
  });

  it("doesn't choose between twins on one line that name their slots differently", () => {
    const debugMap = map("f = [lambda x: x + 1, lambda y: y + 1]\n");
    const twins = debugMap.scopes.slice(1);
    const told = tell(scopeAt(debugMap, "<module>/0:<lambda>"));
    expect(identifyCode(told, debugMap)).toMatchObject({ kind: "ambiguous", scopes: twins });
    expect(identifyCode({ ...told, argNames: ["y"] }, debugMap)).toEqual({ kind: "exact", scope: twins[1] });
  });

  it("tells twins on different lines apart", () => {
    const debugMap = map("f = [lambda x: x + 1,\n  lambda y: y + 1]\n");
    const scope = scopeAt(debugMap, "<module>/1:<lambda>");
    expect(identifyCode(tell(scope), debugMap)).toEqual({ kind: "exact", scope });
  });
});

describe("identifying code of a target that had strings interned before", () => {
  const text = `
def read(sensor, name="temperature"):
    low = getattr(sensor, "humidity_low")
    return low, {"pressure_max": name}, "not a name at all"
`;
  const path = "<module>/0:read";

  it.each([
    [["temperature"]],
    [["humidity_low"]],
    [["humidity_low", "pressure_max"]],
    [["temperature", "humidity_low", "pressure_max"]],
  ])("finds it for %j", (internedStrings) => {
    const debugMap = map(text);
    const onTarget = map(text, { internedStrings });
    for (const scope of onTarget.scopes) {
      const answer = identifyCode(tell(scope), debugMap);
      expect(answer).toMatchObject({ kind: "exact", scope: { path: scope.path, slots: scope.slots } });
    }
    const bytecodes = [debugMap, onTarget].map((each) => each.scopes.map((scope) => scope.bytecode()?.code));
    expect(bytecodes[0]).not.toEqual(bytecodes[1]);
  });

  it("still refuses code of another text", () => {
    const other = map(text.replace("return low", "return 1, low"));
    expect(identifyCode(tell(scopeAt(other, path)), map(text)).kind).toBe("mismatch");
  });
});

describe("crc32", () => {
  it("is the one of IEEE 802.3", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

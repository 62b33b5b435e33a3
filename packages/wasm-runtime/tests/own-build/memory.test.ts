import { describe, expect, it } from "vitest";
import { openTarget } from "../support/target.js";

/** The build that collects garbage only between two programs. */
const fast = process.env["SLOTSCOPE_WASM_FAST"];

/** Allocates several times the memory there is, and holds little of it at any time. */
const churn = `
class Node:
    def __init__(self, left, right):
        self.left, self.right = left, right
def tree(depth):
    return Node(tree(depth - 1), tree(depth - 1)) if depth else None
def count(node):
    return 1 + count(node.left) + count(node.right) if node else 0
def numbers(n):
    for i in range(n):
        yield i * 0.5
kept = {}
for i in range(3000):
    kept[i % 50] = [tree(6), 'text %d' % i, bytearray(40000), {i: {i}, 'f': lambda: i}, list(numbers(50)), 1 << 200]
    for key, value in kept.items() if i % 10 == 0 else ():
        if count(value[0]) != 63 or sum(value[4]) != 612.5 or value[5] != 1 << 200:
            raise ValueError(key)
print('done')
`;
const limits = { heapSize: 1 << 20, memoryLimit: 32 << 20 };

describe("a program that allocates without end", () => {
  it("lives in bounded memory", async () => {
    const { run } = await openTarget(limits);
    expect(await run(churn)).toEqual({ output: "done\n", error: "" });
  });

  it("runs out of memory in the build that trades that for speed", async () => {
    const { run } = await openTarget({ ...limits, build: fast ?? "" });
    expect((await run(churn)).error).toContain("MemoryError");
  });

  it("goes on below the memory limit after a MemoryError", async () => {
    const { run } = await openTarget(limits);
    const { output, error } = await run(
      [
        "for round in range(3):",
        "    kept = []",
        "    try:",
        "        while True: kept.append(bytearray(10000))",
        "    except MemoryError:",
        "        print(len(kept) > 1000)",
        // The collector is conservative: a word left on the stack may still look like the old list.
        "        kept.clear()",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe("True\nTrue\nTrue\n");
  });

  it("can be interrupted", async () => {
    const { repl } = await openTarget(limits);
    const abort = new AbortController();
    const { error } = await repl.exec("print('go')\nwhile True: [{}, 'x' * 10, lambda: 0]", {
      signal: abort.signal,
      onOutput: () => abort.abort(),
    });
    expect(error).toContain("KeyboardInterrupt");
  });
});

describe("a heap that is collected at any time", () => {
  it("grows to what a program holds", async () => {
    const { run } = await openTarget({ heapSize: 64 << 10 });
    const { output } = await run(
      "kept = [[i] for i in range(500000)]\nprint(sum(x[0] for x in kept))\nimport gc\nprint(gc.mem_alloc() > 10000000)",
    );
    expect(output).toBe("124999750000\nTrue\n");
  });

  it("keeps what is referred to by nothing but C code under way", async () => {
    const { run } = await openTarget({ heapSize: 64 << 10 });
    const { output, error } = await run(
      [
        "import gc, json, re",
        "class Item:",
        "    def __init__(self, n): self.n = [n]",
        "    def __lt__(self, other): gc.collect(); return self.n[0] < other.n[0]",
        "    def __repr__(self): gc.collect(); return 'I' + str(self.n[0])",
        "    def __iter__(self):",
        "        for i in range(5): gc.collect(); yield [i] * 3",
        "print(sorted(Item(n) for n in (3, 1, 2)), ', '.join(str([x]) for x in Item(0)))",
        "print(dict(zip(map(str, Item(0)), map(lambda x: (gc.collect(), x), Item(0))))['[4, 4, 4]'][1])",
        "print(re.sub('[a-c]', lambda m: (gc.collect(), m.group(0) * 2)[1], 'xaybzc'), '%s %r' % (Item(1), Item(2)))",
        "print(max([Item(4), Item(5)], key=lambda x: (gc.collect(), x.n)[1]), json.loads(json.dumps({'a': [1, {'b': None}]})))",
      ].join("\n"),
    );
    expect(error).toBe("");
    expect(output).toBe(
      [
        "[I1, I2, I3] [[0, 0, 0]], [[1, 1, 1]], [[2, 2, 2]], [[3, 3, 3]], [[4, 4, 4]]",
        "[4, 4, 4]",
        "xaaybbzcc I1 I2",
        "I5 {'a': [1, {'b': None}]}",
        "",
      ].join("\n"),
    );
  });
});

describe("the C stack", () => {
  it("ends for C code that calls itself with a RuntimeError, and the VM lives on", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(
      "import re\nfor i in range(3):\n    try: re.match('(a|b)*c', 'ab' * 100000)\n    except RuntimeError as e: print(e)",
    );
    expect(error).toBe("");
    expect(output).toBe("maximum recursion depth exceeded\n".repeat(3));
  });
});

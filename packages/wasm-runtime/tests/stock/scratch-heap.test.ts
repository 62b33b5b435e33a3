import { describe, expect, it } from "vitest";
import { openTarget } from "../support/target.js";

const prelude = `
import gc
scratch = __import__('sys').modules['.slotscope']
mark, release = scratch['mark'], scratch['release']
`;

describe("what is allocated between a mark and its release", () => {
  it("is freed while Python runs, where nothing refers to it", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(`${prelude}
def work():
    for i in range(20):
        text = str([i, {'a': (i, 2.5)}, 'x' * i])
def cycle(free):
    if free:
        mark()
    work()
    if free:
        return release()
def grown(free):
    cycle(free)
    before = gc.mem_alloc()
    for _ in range(100):
        cycle(free)
    return gc.mem_alloc() - before
kept = grown(False)
print(kept > 100000, grown(True) < kept // 10, cycle(True) > 20)
`);
    expect({ output, error }).toEqual({ output: "True True True\n", error: "" });
  });

  it("stays whole, where anything refers to it: names, containers, cells, generators, attributes", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(`${prelude}
class Node:
    pass
root = Node()
items, table, waiting = [], {}, []
def count(n):
    seen = [n]
    while True:
        seen.append((yield list(seen)))
def keep(i):
    global newest
    text = 'kept %d' % i
    newest = [text] * 3
    items.append((i, bytearray(text, 'utf-8'), {text: {text}}))
    table[text] = [i, float(i)]
    setattr(root, 'n%d' % (i % 50), Node())
    getattr(root, 'n%d' % (i % 50)).value = [text]
    cell = [i]
    waiting.append((lambda: cell, count(i)))
    next(waiting[-1][1])
    return ['only in a local', text]
def cycle(i):
    mark()
    local = keep(i)
    junk = [str(n) * 3 for n in range(50)]
    del junk
    release()
    return local
def check(i):
    text = 'kept %d' % i
    number, raw, nested = items[i]
    assert number == i and raw == text.encode() and nested == {text: {text}}
    assert table[text] == [i, float(i)]
    closed, generator = waiting[i]
    assert closed() == [i] and generator.send('x') == [i, 'x']
for i in range(300):
    local = cycle(i)
    filler = [bytes(16) for _ in range(20)]
    assert local == ['only in a local', 'kept %d' % i] and newest == ['kept %d' % i] * 3
for i in range(300):
    check(i)
assert all(getattr(root, 'n%d' % i).value == ['kept %d' % (250 + i)] for i in range(50))
print('whole')
`);
    expect({ output, error }).toEqual({ output: "whole\n", error: "" });
  });

  it("is left alone by a release without a mark, and by one in another area of the heap that came since", async () => {
    const { run } = await openTarget();
    const { output, error } = await run(`${prelude}
def grow():
    mark()
    large = [bytearray(100000) for _ in range(60)]
    for i, piece in enumerate(large):
        piece[-1] = i
    release()
    return large
print(release())
large = grow()
print(release(), [piece[-1] for piece in large] == list(range(60)))
`);
    expect({ output, error }).toEqual({ output: "0\n0 True\n", error: "" });
  });
});

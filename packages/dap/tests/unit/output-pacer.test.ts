import { describe, expect, it } from "vitest";
import { OutputPacer } from "../../src/protocol/output-pacer.js";

function make() {
  const sent: string[] = [];
  const client = { isSlow: false };
  const pacer = new OutputPacer(
    (text) => sent.push(text),
    () => client.isSlow,
  );
  return { sent, client, pacer };
}

describe("a program's output", () => {
  it("goes to the client at once while it keeps up", () => {
    const { sent, pacer } = make();
    pacer.push("a");
    pacer.push("b");
    expect(sent).toEqual(["a", "b"]);
  });

  it("waits for a slow client, and comes whole and in order", () => {
    const { sent, client, pacer } = make();
    client.isSlow = true;
    pacer.push("a");
    client.isSlow = false;
    pacer.push("b");
    expect(sent).toEqual([]);
    pacer.flush();
    pacer.push("c");
    pacer.flush();
    expect(sent).toEqual(["ab", "c"]);
  });

  it("without end keeps to a bound, and the client is told what was left out", () => {
    const { sent, client, pacer } = make();
    client.isSlow = true;
    const line = `${"x".repeat(999)}\n`;
    for (let n = 0; n < 10_000; n++) pacer.push(line);
    pacer.push("last");
    pacer.flush();
    const text = sent.join("");
    expect(text.length).toBeLessThan(3_000_000);
    const [, dropped] = /\[(\d+) characters of output left out\]/.exec(text) ?? [];
    const note = text.indexOf("x");
    expect(Number(dropped) + text.length - note).toBe(10_000 * 1000 + 4);
    expect(text.endsWith("last")).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { encodeMessage, MessageDecoder } from "../../src/protocol/message-stream.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const framed = (body: string) => `Content-Length: ${bytes(body).length}\r\n\r\n${body}`;

/** Decodes in chunks of a size, and gathers all that came out. */
function decode(text: string, size = Number.MAX_SAFE_INTEGER) {
  const decoder = new MessageDecoder();
  const all = bytes(text);
  const messages: unknown[] = [];
  const complaints: string[] = [];
  for (let at = 0; at < all.length; at += size) {
    const decoded = decoder.push(all.subarray(at, at + size));
    messages.push(...decoded.messages);
    complaints.push(...decoded.complaints);
  }
  return { messages, complaints };
}

describe("the stream of messages", () => {
  it("gives back what was encoded, whatever the chunks", () => {
    const sent = [{ a: 1 }, { text: "Größe – 数\u0000" }, { deep: [{ b: null }] }];
    const text = sent.map((message) => new TextDecoder().decode(encodeMessage(message))).join("");
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      expect(decode(text, size)).toEqual({ messages: sent, complaints: [] });
    }
  });

  it("takes further header lines and any spelling of the name", () => {
    const text = "Content-Type: application/json\r\ncontent-length:2\r\n\r\n{}";
    expect(decode(text)).toEqual({ messages: [{}], complaints: [] });
  });

  it("passes over a body that is no JSON, and goes on behind it", () => {
    const { messages, complaints } = decode(framed("{nonsense") + framed('{"n":1}'));
    expect(messages).toEqual([{ n: 1 }]);
    expect(complaints).toHaveLength(1);
  });

  it("finds the next message behind a length that is too long", () => {
    const { messages, complaints } = decode(
      `Content-Length: 60\r\n\r\n{"n":1}${framed('{"n":2}')}${framed('{"n":3}')}`,
    );
    expect(messages).toEqual([{ n: 2 }, { n: 3 }]);
    expect(complaints).toHaveLength(1);
  });

  it("finds the next message behind a length that is too short", () => {
    const { messages, complaints } = decode(`Content-Length: 3\r\n\r\n{"n":1}${framed('{"n":2}')}`);
    expect(messages).toEqual([{ n: 2 }]);
    expect(complaints.length).toBeGreaterThan(0);
  });

  it.each(["banana", "-5", "99999999999999", "1e3", "", "0x10"])(
    "passes over a message whose length is `%s`",
    (length) => {
      const { messages, complaints } = decode(`Content-Length: ${length}\r\n\r\n{"n":1}${framed('{"n":2}')}`);
      expect(messages).toEqual([{ n: 2 }]);
      expect(complaints.length).toBeGreaterThan(0);
    },
  );

  it("survives a header that never ends, and holds on to no more than a header's worth of it", () => {
    const decoder = new MessageDecoder();
    const complaints: string[] = [];
    for (let n = 0; n < 200; n++) complaints.push(...decoder.push(bytes("x".repeat(1000))).complaints);
    expect(complaints.length).toBeGreaterThan(0);
    expect(decoder.push(bytes(framed('{"n":1}'))).messages).toEqual([{ n: 1 }]);
  });

  it("gives messages of any JSON type, for the session to judge", () => {
    expect(decode(framed("42") + framed("null") + framed('"x"')).messages).toEqual([42, null, "x"]);
  });
});

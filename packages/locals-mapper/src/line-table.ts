/**
 * A function's line table as its prelude holds it: steps of bytes and lines, from offset 0 and line 1
 * (emit_write_code_info_bytes_lines, py/emitbc.c, and mp_bytecode_decode_lineinfo, py/bc.h 1.26.1).
 */

/** Encodes a table. `offsets[i]` is where code of `lines[i]` begins; both rise. */
export function encodeLineTable(offsets: readonly number[], lines: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let lastOffset = 0;
  let lastLine = 1;
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i] ?? 0;
    const line = lines[i] ?? 0;
    encodeStep(bytes, offset - lastOffset, line - lastLine);
    lastOffset = offset;
    lastLine = line;
  }
  return Uint8Array.from(bytes);
}

function encodeStep(bytes: number[], offsetStep: number, lineStep: number): void {
  let skipBytes = offsetStep;
  let skipLines = lineStep;
  while (skipBytes > 0 || skipLines > 0) {
    let b: number;
    let l: number;
    if (skipLines <= 6 || skipBytes > 0xf) {
      b = Math.min(skipBytes, 0x1f);
      l = b < skipBytes ? 0 : Math.min(skipLines, 0x3);
      bytes.push(b | (l << 5));
    } else {
      b = Math.min(skipBytes, 0xf);
      l = Math.min(skipLines, 0x7ff);
      bytes.push(0x80 | b | ((l >> 4) & 0x70), l & 0xff);
    }
    skipBytes -= b;
    skipLines -= l;
  }
}

/** One step of a table: so many bytes of code belong to the line reached so far, then the line rises. */
interface LineStep {
  readonly bytes: number;
  readonly lines: number;
}

function decodeLineTable(table: Uint8Array): LineStep[] {
  const steps: LineStep[] = [];
  for (let i = 0; i < table.length; i++) {
    const byte = table[i] ?? 0;
    if (byte & 0x80) steps.push({ bytes: byte & 0xf, lines: ((byte << 4) & 0x700) | (table[++i] ?? 0) });
    else steps.push({ bytes: byte & 0x1f, lines: byte >> 5 });
  }
  return steps;
}

/** A stretch of bytecode, from `start` to before `end`, that belongs to a line. */
export type LineRange = readonly [start: number, end: number, line: number];

/** What `co_lines()` of a code object gives (py/objcode.c 1.26.1), stretches without bytes included. */
export function lineRanges(table: Uint8Array, codeLength: number): LineRange[] {
  const steps = decodeLineTable(table);
  const ranges: LineRange[] = [];
  let next = 0;
  let offset = 0;
  let sourceLine = 1;
  for (;;) {
    const start = offset;
    let line = sourceLine;
    let goOn = true;
    while (goOn && next < steps.length) {
      const step = steps[next++];
      if (step === undefined) break;
      goOn = false;
      offset += step.bytes;
      sourceLine += step.lines;
      if (step.bytes === 0) {
        line = sourceLine;
        goOn = true;
      } else if (step.lines === 0) {
        goOn = true;
      }
    }
    if (goOn) {
      if (offset >= codeLength) return ranges;
      offset = codeLength;
    }
    ranges.push([start, offset, line]);
  }
}

/**
 * What `co_lnotab` of a code object gives (raw_code_lnotab, py/objcode.c 1.26.1): pairs of bytes, an offset from the
 * pair before and the lines gained there, each modulo 256. It looks as many bytes past the code as the prelude is long.
 */
export function lineNumberTable(table: Uint8Array, preludeLength: number, codeLength: number): Uint8Array {
  const pairs: number[] = [];
  const end = preludeLength + codeLength;
  let offset = 0;
  let line = 1;
  let lastOffset = 0;
  let lastLine = 0;
  const steps = decodeLineTable(table);
  // The line at offset 0 is where counting begins.
  for (let i = 0; i <= steps.length; i++) {
    const step = steps[i];
    const stepBytes = step?.bytes ?? end;
    if (stepBytes > 0 && offset < end) {
      if (lastLine === 0) {
        lastLine = line;
      } else if (line > lastLine) {
        pairs.push((offset - lastOffset) & 0xff, (line - lastLine) & 0xff);
        lastLine = line;
        lastOffset = offset;
      }
    }
    offset += stepBytes;
    line += step?.lines ?? 0;
  }
  return Uint8Array.from(pairs);
}

/** A text being read, and where the cursor stands in it. */
interface Frame {
  readonly text: string;
  readonly pos: number;
  readonly limit: number;
  readonly places: Places;
}

/** Where pieces of a made-up text come from: ascending positions in it, and for each its source offset. */
interface Places {
  readonly starts: number[];
  readonly sources: number[];
}

/**
 * Reads a source text unit by unit the way MicroPython's tokeniser reads bytes (py/lexer.c, 1.26.1): CR and CRLF are
 * newlines, the text ends in a newline, and what was made of an f-string's braces is read, as `.format(...)`, between
 * the literal and what follows it.
 */
export class SourceCursor {
  /** The text being read: the source, or what was made of an f-string. Three NULs stand after its end. */
  text: string;
  /** Index in `text` of the current unit. */
  pos = 0;
  /** Length of `text` without the NULs. */
  limit: number;
  /** Line of the current unit, counted from 1. Newlines in an f-string's arguments are counted again. */
  line = 1;
  /** Text made of f-strings that is still to be read. */
  pending = "";
  /** Length of the caller's source text; offsets never lie beyond it. */
  readonly sourceLength: number;

  private places: Places = { starts: [], sources: [] };
  private pendingPlaces: Places = { starts: [], sources: [] };
  private readonly outer: Frame[] = [];
  /** Source offset after the literals that the text being read was made of. */
  private literalEnd = 0;

  constructor(source: string) {
    const last = source.charCodeAt(source.length - 1);
    const complete = last === 10 || last === 13 ? source : `${source}\n`;
    this.sourceLength = source.length;
    this.limit = complete.length;
    this.text = `${complete}\0\0\0`;
  }

  /** Whether `text` was made of an f-string. */
  get injecting(): boolean {
    return this.outer.length > 0;
  }

  /** The current unit, with every kind of newline as 10; -1 at the end of the source. */
  current(): number {
    const code = this.text.charCodeAt(this.pos);
    if (code === 13) return 10;
    return code === 0 && this.pos >= this.limit ? -1 : code;
  }

  /** The unit after the current one, newlines as they are; 0 if there is none in this text. */
  following(): number {
    return this.text.charCodeAt(this.pos + 1);
  }

  /** Moves past the current unit (past both of a CRLF). */
  advance(): void {
    if (this.pos >= this.limit) return;
    const code = this.text.charCodeAt(this.pos);
    this.pos += 1;
    if (code === 10) {
      this.line += 1;
    } else if (code === 13) {
      this.line += 1;
      if (this.text.charCodeAt(this.pos) === 10) this.pos += 1;
    }
    if (this.pos >= this.limit && this.injecting) this.endInjection();
  }

  /** Appends to the text that will be read after the token; `source` is the source offset it comes from. */
  appendPending(text: string, source: number): void {
    this.pendingPlaces.starts.push(this.pending.length);
    this.pendingPlaces.sources.push(source);
    this.pending += text;
  }

  /** Puts text before all that is pending. */
  prependPending(text: string, source: number): void {
    const { starts, sources } = this.pendingPlaces;
    this.pendingPlaces = {
      starts: [0, ...starts.map((start) => start + text.length)],
      sources: [source, ...sources],
    };
    this.pending = text + this.pending;
  }

  /** Appends to the text being read, which was made of an f-string; `source` is as for `appendPending`. */
  appendInjected(text: string, source: number): void {
    this.places.starts.push(this.limit);
    this.places.sources.push(source);
    this.text = `${this.text.slice(0, this.limit)}${text}\0\0\0`;
    this.limit += text.length;
  }

  /** Starts reading the pending text, made of literals that end at `end`; what is being read now goes on after it. */
  beginInjection(end: number): void {
    if (!this.injecting) this.literalEnd = end;
    const { text, pos, limit, places, pending } = this;
    this.outer.push({ text, pos, limit, places });
    const nul = pending.indexOf("\0");
    const whole = nul < 0 ? pending : pending.slice(0, nul);
    this.text = `${whole}\0\0\0`;
    this.pos = 0;
    this.limit = whole.length;
    this.places = this.pendingPlaces;
    this.pending = "";
    this.pendingPlaces = { starts: [], sources: [] };
  }

  /** Goes back to what was being read before. */
  endInjection(): void {
    while (this.pos >= this.limit) {
      const frame = this.outer.pop();
      if (frame === undefined) return;
      this.text = frame.text;
      this.pos = frame.pos;
      this.limit = frame.limit;
      this.places = frame.places;
    }
  }

  /** Goes back to the source itself and drops everything made of f-strings. */
  dropInjections(): void {
    const source = this.outer[0];
    if (source !== undefined) {
      this.text = source.text;
      this.pos = source.pos;
      this.limit = source.limit;
      this.places = source.places;
      this.outer.length = 0;
    }
    this.pending = "";
    this.pendingPlaces = { starts: [], sources: [] };
  }

  /** The source offset of a position in `text`. */
  sourceOffset(pos: number): number {
    if (!this.injecting) return pos < this.sourceLength ? pos : this.sourceLength;
    const { starts, sources } = this.places;
    let index = 0;
    let above = starts.length;
    while (above - index > 1) {
      const middle = (index + above) >> 1;
      if (starts[middle]! > pos) above = middle;
      else index = middle;
    }
    const offset = (sources[index] ?? 0) + Math.max(0, pos - (starts[index] ?? 0));
    return Math.min(offset, sources[index + 1] ?? offset, this.literalEnd);
  }
}

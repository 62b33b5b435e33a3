import type { FirmwareProfile } from "@slotscope/firmware-profiles";
import type { Diagnostic, TextDocumentContentChangeEvent } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { DocumentAnalysis } from "../analysis/document-analysis.js";
import type { Finding } from "../analysis/finding.js";
import { type Extent, moveExtent, toExtent, toRange } from "./convert.js";
import { fromUtf8, type PositionEncoding } from "./position-encoding.js";

/** A diagnostic of basedpyright, and where it stands in the text of now. */
interface PlacedDiagnostic extends Extent {
  readonly diagnostic: Diagnostic;
}

/** A document that the client has open: its text, what we know of it, and what others said of it. */
export class OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  #profile: FirmwareProfile;
  #analysis: DocumentAnalysis | undefined;
  #text: TextDocument;
  #python: readonly PlacedDiagnostic[] = [];
  #lint: readonly Finding[] = [];

  constructor(uri: string, languageId: string, version: number, text: string, profile: FirmwareProfile) {
    this.uri = uri;
    this.languageId = languageId;
    this.#text = TextDocument.create(uri, languageId, version, text);
    this.#profile = profile;
  }

  /** Whether it is a program, which MicroPython compiles, and not a stub, which has the syntax of another Python. */
  get isProgram(): boolean {
    return !/\.pyi$/i.test(this.uri);
  }

  /** What the compiler makes of the text, worked out when it is first asked for. */
  get analysis(): DocumentAnalysis {
    this.#analysis ??= new DocumentAnalysis(fileNameOf(this.uri), this.#text.getText(), this.#profile);
    return this.#analysis;
  }

  /** Positions and offsets of the text as it stands. */
  get text(): TextDocument {
    return this.#text;
  }

  get version(): number {
    return this.#text.version;
  }

  /** Has the text mapped for this firmware from now on. */
  useProfile(profile: FirmwareProfile): void {
    if (profile === this.#profile) return;
    this.#profile = profile;
    this.#analysis = undefined;
  }

  /**
   * Makes changes one after the other, each in the text that the one before left; returns them with ranges in UTF-16. What
   * basedpyright and ruff said moves along; what an edit touches of it is dropped.
   */
  update(
    changes: readonly TextDocumentContentChangeEvent[],
    version: number,
    encoding: PositionEncoding,
  ): TextDocumentContentChangeEvent[] {
    const decoded: TextDocumentContentChangeEvent[] = [];
    const edits = changes.map((sent) => {
      const change = encoding === "utf-8" ? fromUtf8(sent, (_uri, line) => this.lineAt(line)) : sent;
      const extent =
        "range" in change
          ? toExtent(this.#text, change.range)
          : { start: 0, end: this.#text.getText().length };
      const edit = { ...extent, text: change.text };
      this.#text = TextDocument.update(this.#text, [change], version);
      this.#python = moveAll(this.#python, edit);
      this.#lint = moveAll(this.#lint, edit);
      decoded.push(change);
      return edit;
    });
    this.#analysis?.update(edits);
    return decoded;
  }

  /** The text of a line, with its line break; empty if there is no such line. */
  lineAt(line: number): string {
    return this.#text.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
  }

  /** What basedpyright last said, at the places where it stands now. */
  get pythonDiagnostics(): readonly Diagnostic[] {
    return this.#python.map((placed) => ({ ...placed.diagnostic, range: toRange(this.#text, placed) }));
  }

  /** Takes what basedpyright says of the text as it stands. */
  takePythonDiagnostics(diagnostics: readonly Diagnostic[]): void {
    this.#python = diagnostics.map((diagnostic) => ({
      ...toExtent(this.#text, diagnostic.range),
      diagnostic,
    }));
  }

  /** What ruff last said, at the places where it stands now. */
  get lint(): readonly Finding[] {
    return this.#lint;
  }

  takeLint(findings: readonly Finding[]): void {
    this.#lint = findings;
  }
}

function moveAll<Placed extends Extent>(
  all: readonly Placed[],
  edit: Extent & { readonly text: string },
): Placed[] {
  return all.flatMap((each) => {
    const moved = moveExtent(each, edit);
    return moved === undefined ? [] : [{ ...each, ...moved }];
  });
}

/** The last part of a URI's path: the name that a program is commonly compiled under. */
function fileNameOf(uri: string): string {
  const last =
    uri
      .replace(/[?#].*$/, "")
      .split("/")
      .at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

import { canonicalUri } from "./canonical-uri.js";
import type { OpenDocument } from "./open-document.js";

/** The open documents, found by any spelling of their URIs: `file:///C:/a%20b.py` is `file:///c%3A/a%20b.py`. */
export class DocumentTable {
  readonly #documents = new Map<string, OpenDocument>();

  get(uri: string): OpenDocument | undefined {
    return this.#documents.get(canonicalUri(uri));
  }

  add(document: OpenDocument): void {
    this.#documents.set(canonicalUri(document.uri), document);
  }

  remove(document: OpenDocument): void {
    this.#documents.delete(canonicalUri(document.uri));
  }

  values(): IterableIterator<OpenDocument> {
    return this.#documents.values();
  }
}

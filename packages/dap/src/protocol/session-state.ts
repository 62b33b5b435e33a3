import type { ChildrenRef, Debugger, Frame, Variable } from "../debugger/types.js";
import { Handles } from "./handles.js";

/** Something with a `variablesReference`, and the variables that the client has seen of it. */
export interface VariableContainer {
  readonly content:
    | { readonly kind: "locals" | "free" | "globals"; readonly frame: number }
    | { readonly kind: "children"; readonly children: ChildrenRef };
  readonly shown: Map<string, Variable>;
}

/** What the client said of itself in `initialize`. */
export interface ClientTraits {
  readonly linesStartAt1: boolean;
  readonly columnsStartAt1: boolean;
  readonly pathsAreUris: boolean;
  readonly supportsInvalidated: boolean;
  readonly supportsVariableType: boolean;
}

const defaultClient: ClientTraits = {
  linesStartAt1: true,
  columnsStartAt1: true,
  pathsAreUris: false,
  supportsInvalidated: false,
  supportsVariableType: true,
};

/** What a session does to its client besides answering. */
export interface ClientConnection {
  sendEvent(name: string, body?: object): void;
  /** Ends the session and its connection. */
  endSession(): void;
}

/** All that one DAP session keeps besides the debugger itself: ids, and how the client counts. */
export class SessionState {
  client: ClientTraits = defaultClient;
  /** The request that the session was started by: the same arguments mean other things by default. */
  startedBy: "launch" | "attach" = "launch";
  /** Category of `output` events for what the program prints. */
  outputCategory: "stdout" | "console" = "stdout";
  readonly frames = new Handles<Frame>("stack frame");
  readonly containers = new Handles<VariableContainer>("variables reference");
  readonly debug: Debugger;
  readonly #connection: ClientConnection;
  readonly #sources: string[] = [];

  constructor(debug: Debugger, connection: ClientConnection) {
    this.debug = debug;
    this.#connection = connection;
  }

  sendEvent(name: string, body?: object): void {
    this.#connection.sendEvent(name, body);
  }

  endSession(): void {
    this.#connection.endSession();
  }

  /** The reference of code that has no file on this computer; the same for the whole session. */
  sourceReference(targetPath: string): number {
    const known = this.#sources.indexOf(targetPath);
    return known >= 0 ? known + 1 : this.#sources.push(targetPath);
  }

  sourceOf(reference: number): string | undefined {
    return this.#sources[reference - 1];
  }

  /** Makes ids of the stop that is over void. */
  forgetStop(): void {
    this.frames.reset();
    this.containers.reset();
  }
}

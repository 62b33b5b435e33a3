import { TransportError } from "../transport-error.js";
import type { PublishedStop, StopSession } from "./protocol.js";

/** Sessions of one client, and characters of JSON of all its snapshots, at most. */
const mostSessions = 64;
const mostCharacters = 32 * 1024 * 1024;

type Publisher = PublishedStop["publisher"];

/** The latest stop of each session of each client. */
export class Publications {
  readonly #onChange: (stop: PublishedStop) => void;
  readonly #byPublisher = new Map<Publisher, Map<string, { stop: PublishedStop; size: number }>>();

  constructor(onChange: (stop: PublishedStop) => void) {
    this.#onChange = onChange;
  }

  /** All that stands. */
  get standing(): PublishedStop[] {
    return [...this.#byPublisher.values()].flatMap((sessions) =>
      [...sessions.values()].map(({ stop }) => stop),
    );
  }

  /** Sets a session's stop; without a snapshot it stands no longer. `size` in characters of JSON. */
  publish(
    publisher: Publisher,
    { session, snapshot, size }: { session: StopSession; snapshot?: unknown; size: number },
  ): void {
    const sessions =
      this.#byPublisher.get(publisher) ?? new Map<string, { stop: PublishedStop; size: number }>();
    const before = sessions.get(session.id);
    if (snapshot === undefined) {
      if (!before) return;
      sessions.delete(session.id);
      if (sessions.size === 0) this.#byPublisher.delete(publisher);
      this.#onChange({ session, publisher });
      return;
    }
    let total = size;
    for (const [id, each] of sessions) if (id !== session.id) total += each.size;
    if (total > mostCharacters || (!before && sessions.size >= mostSessions)) {
      throw new TransportError(
        "protocol",
        `a client publishes ${mostSessions} sessions and ${mostCharacters} characters at most`,
      );
    }
    const stop: PublishedStop = { session, publisher, snapshot };
    sessions.set(session.id, { stop, size });
    this.#byPublisher.set(publisher, sessions);
    this.#onChange(stop);
  }

  /** Takes back all of a client that is gone. */
  retract(publisher: Publisher): void {
    const sessions = this.#byPublisher.get(publisher);
    if (!sessions) return;
    this.#byPublisher.delete(publisher);
    for (const { stop } of sessions.values()) this.#onChange({ session: stop.session, publisher });
  }
}

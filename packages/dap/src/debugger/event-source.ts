/** Listeners of one kind of event, called in the order they came. */
export class EventSource<T> {
  #listeners: readonly ((event: T) => void)[] = [];

  /** Returns the unsubscriber. */
  listen(listener: (event: T) => void): () => void {
    const own = (event: T) => listener(event);
    this.#listeners = [...this.#listeners, own];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own);
    };
  }

  emit(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  clear(): void {
    this.#listeners = [];
  }
}

/** Adds a listener, once more where it is there already. Returns the unsubscriber. */
export function subscribe<T>(set: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  const own = (value: T): void => listener(value);
  set.add(own);
  return () => void set.delete(own);
}

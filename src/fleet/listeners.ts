/**
 * Who wants to be told. A listener that throws is reported and does not keep the others, or the NATS
 * client that is in the middle of reading its socket, from going on.
 */
export interface Listeners<T> {
  /** Returns the function that takes the listener out again. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
  clear(): void;
}

export function createListeners<T>(onFault: (error: unknown) => void): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    tell(value) {
      for (const listener of all) {
        try {
          listener(value);
        } catch (error) {
          onFault(error);
        }
      }
    },
    clear: () => all.clear(),
  };
}

/**
 * A JSON document that several processes share, changed by compare-and-set.
 * Not part of this port: what is in it, validation, retries of the caller's logic.
 */
export interface Document<T> {
  /** The latest value, or undefined when nothing was ever written. */
  read(): Promise<Versioned<T> | undefined>;
  /**
   * Writes `value` if the document is still at `expected` (0: must not exist yet).
   * Returns the new version, or 'conflict' when somebody else was faster.
   */
  write(value: T, expected: number): Promise<number | 'conflict'>;
  /** Calls back with the current value (if any) and every later one, until the returned function is called. */
  watch(onChange: (current: Versioned<T>) => void): Promise<() => Promise<void>>;
}

export interface Versioned<T> {
  readonly value: T;
  /** Opaque and increasing; with gaps. Only for `write`. */
  readonly version: number;
}

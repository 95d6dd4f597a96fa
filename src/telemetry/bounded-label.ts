/** Maps a label value to itself or to `other`. */
export type BoundedLabel = (value: string) => string;

/**
 * Lets the first `limit` different values through and folds all later ones into `other`, so that
 * names which come from outside cannot grow a metric without bound. A value once let through stays:
 * no series ever shrinks.
 */
export function createBoundedLabel(limit: number): BoundedLabel {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= limit) return 'other';
    known.add(value);
    return value;
  };
}

/** Module names that one metric shows; a node runs far fewer at a time. */
export const MAX_MODULE_LABELS = 64;

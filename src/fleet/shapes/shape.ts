/**
 * Guards for what arrives from the network. A shape looks only at what its reader uses: unknown keys
 * pass, so that an older reader understands a newer writer. Pure, total, linear in the value.
 */
export type Shape<T = unknown> = (value: unknown) => value is T;

type Guard = (value: unknown) => boolean;

const shape = <T>(guard: Guard) => guard as Shape<T>;

export const isBoolean = shape<boolean>((value) => typeof value === 'boolean');

/** A finite number that is not negative: counts, milliseconds, sizes. */
export const isAmount = shape<number>(
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
);

export function isText(maxLength: number): Shape<string> {
  return shape((value) => typeof value === 'string' && value.length <= maxLength);
}

export function isMatching(pattern: RegExp): Shape<string> {
  return shape((value) => typeof value === 'string' && value.length <= 256 && pattern.test(value));
}

export function isOneOf<const T extends string | number>(...values: T[]): Shape<T> {
  return shape((value) => values.includes(value as T));
}

/** A plain object whose named members have these shapes. */
export function isObject<T = object>(members: Readonly<Record<string, Guard>>): Shape<T> {
  const entries = Object.entries(members);
  return shape(
    (value) =>
      isPlain(value) &&
      entries.every(([key, guard]) => guard(Object.hasOwn(value, key) ? value[key] : undefined)),
  );
}

/** An object used as a map, its values all of one shape. */
export function isMapOf<T>(guard: Shape<T>, maxEntries = 1_024): Shape<Record<string, T>> {
  return shape((value) => {
    if (!isPlain(value)) return false;
    const values = Object.values(value);
    return values.length <= maxEntries && values.every(guard);
  });
}

export function isListOf<T>(guard: Shape<T>, maxLength: number): Shape<T[]> {
  return shape(
    (value) =>
      Array.isArray(value) && value.length <= maxLength && value.every((each) => guard(each)),
  );
}

export function isEither<A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> {
  return shape((value) => a(value) || b(value));
}

export function isOptional<T>(guard: Shape<T>): Shape<T | undefined> {
  return shape((value) => value === undefined || guard(value));
}

export function isNullOr<T>(guard: Shape<T>): Shape<T | null> {
  return shape((value) => value === null || guard(value));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

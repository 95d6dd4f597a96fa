/** Times leave the API as RFC 3339 in UTC, e.g. `2026-03-01T12:00:00.000Z`; durations as numbers `…_ms`. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

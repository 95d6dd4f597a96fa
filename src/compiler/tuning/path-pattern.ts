/**
 * A path as tuning names it, compared with the path of a request byte by byte, as received:
 *
 *   /search         this path
 *   /api/posts/**   /api/posts and everything below it
 *   /users/*.png    `*` is any run of characters of one segment
 *
 * `*` stands for printable ASCII only: a path with other bytes in it is never tuned by a pattern.
 */
export interface PathPattern {
  /** A regular expression for the whole path. */
  readonly source: string;
  /** No `*`: the path is what is written, and nothing else. */
  readonly isExact: boolean;
  /** What every path that is meant begins with. */
  readonly prefix: string;
}

const BELOW = '/**';

export function pathPattern(written: string): PathPattern {
  const pattern = known.get(written) ?? parsed(written);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(written, pattern);
  return pattern;
}

/** The same few patterns are compared for rule after rule. */
const known = new Map<string, PathPattern>();
const MAX_KNOWN = 4096;

function parsed(written: string): PathPattern {
  const isFolder = written.endsWith(BELOW);
  const stem = isFolder ? written.slice(0, -BELOW.length) : written;
  const source = stem.split('*').map(escaped).join('[!-.0-~]*');
  const star = stem.indexOf('*');
  return {
    source: isFolder ? `${source}(?:/[!-~]*)?` : source,
    isExact: !isFolder && star === -1,
    prefix: star === -1 ? stem : stem.slice(0, star),
  };
}

/** True when no path is meant by both. */
export function areDisjointPaths(a: string, b: string): boolean {
  const [one, other] = [pathPattern(a), pathPattern(b)];
  if (one.isExact && other.isExact) return a !== b;
  if (one.isExact) return !new RegExp(`^(?:${other.source})$`).test(a);
  if (other.isExact) return !new RegExp(`^(?:${one.source})$`).test(b);
  const [short, long] =
    one.prefix.length <= other.prefix.length
      ? [one.prefix, other.prefix]
      : [other.prefix, one.prefix];
  if (!long.startsWith(short)) return true;
  const folder = short === one.prefix ? a : b;
  // Below a folder begins with a slash: /a/** does not mean /ab.
  const isPlainFolder = folder === `${short}${BELOW}`;
  return isPlainFolder && long.length > short.length && long[short.length] !== '/';
}

/**
 * What servers do not agree on: empty and dot segments, encoded slashes and dots, backslashes, overlong
 * or double encoding. A request with such a path may end up somewhere else than it seems, so no pattern
 * with a `*` tunes it.
 */
export const DOUBTFUL_PATH =
  '//|/\\.{1,2}(?:[/;]|$)|\\\\|%(?:00|2e|2f|5c|u|c0|c1|e0%80|25(?:00|2e|2f|5c|25|u|c0|c1))';

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * How little a token looks like words, names and paths, 0..0.5: signs that a person or a program seldom
 * writes beside each other.
 */
export function tokenStrength(token: string): number {
  const signs = new Set(token.replace(/[a-z0-9\s_./,:;()?=&%+-]/g, ''));
  const runs = token.match(/[^a-z0-9\s]{2,}/g)?.filter((run) => !/^[./-]+$/.test(run)) ?? [];
  if (signs.size === 0 || (signs.size === 1 && runs.length === 0)) return 0;
  return Math.min(0.5, 0.15 * signs.size + 0.1 * runs.length);
}

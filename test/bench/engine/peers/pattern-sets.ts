import { loadPeer } from './install-packages.ts';

/** Many patterns over one text: what the scaling rows compare. */
export interface PatternSet {
  /** Whether any pattern occurs. */
  matches(text: string): boolean;
}

/** A loop over V8's regular expressions, each built once. */
export function v8PatternSet(patterns: readonly string[]): PatternSet {
  const compiled = patterns.map((pattern) => new RegExp(pattern, 'i'));
  return {
    matches(text) {
      // Every one is tried, as by a firewall that reports all rules that match.
      let any = false;
      for (const pattern of compiled) if (pattern.test(text)) any = true;
      return any;
    },
  };
}

interface Re2 {
  readonly Set: new (
    patterns: readonly string[],
    flags: string,
  ) => { match(text: Buffer): number[] };
}

/** All patterns as one automaton of RE2; null when the package, or enough memory for them, is missing. */
export async function re2PatternSet(patterns: readonly string[]): Promise<PatternSet | null> {
  const RE2 = await loadPeer<Re2>('re2');
  if (RE2 === null) return null;
  try {
    const set = new RE2.Set(patterns, 'i');
    return { matches: (text) => set.match(Buffer.from(text, 'latin1')).length > 0 };
  } catch {
    return null;
  }
}

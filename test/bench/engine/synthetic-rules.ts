import type { WafConfig } from '../../../src/rules/model.ts';
import { createRandom, type Random } from '../workload/random.ts';
import { configOf } from './our-waf.ts';

export type SyntheticKind = 'literal' | 'regex';

/** What scanning rules look for, and what real lists of them are made of. */
const TARGETS = ['uri', 'headers.*', 'body.raw'] as const;
const SYLLABLES = [
  'exec',
  'shell',
  'cmd',
  'pass',
  'root',
  'etc',
  'admin',
  'php',
  'base',
  'eval',
  'script',
  'onerr',
  'union',
  'sel',
  'drop',
  'load',
  'file',
  'tmp',
  'proc',
  'wget',
  'curl',
  'java',
  'lang',
  'run',
  'time',
  'sys',
  'call',
  'xp',
  'inf',
  'schema',
  'conf',
  'ini',
  'bak',
  'git',
  'env',
  'cgi',
  'bin',
  'perl',
  'ruby',
  'node',
  'zip',
  'hex',
  'char',
  'cast',
] as const;
const JOINTS = ['_', '(', '.', '/', '-', '::', '=', '$', '<', ';', '[', '%'] as const;

/** `count` different words of 5 bytes or more, 15 in the mean; the same for the same count. */
export function literals(count: number): string[] {
  const random = createRandom(7);
  const found = new Set<string>();
  while (found.size < count) {
    const parts = random.between(2, 4);
    let text = random.pick(SYLLABLES) as string;
    for (let i = 1; i < parts; i++) text += random.pick(JOINTS) + random.pick(SYLLABLES);
    if (random.chance(0.5)) text += random.int(1000);
    if (text.length >= 5) found.add(text);
  }
  return [...found];
}

/** The same words, each in one of seven shapes; every shape is bounded and requires the word. */
export function boundedRegexes(count: number): string[] {
  const random = createRandom(11);
  return literals(count).map((text, index) =>
    SHAPES[index % SHAPES.length]!(escaped(text), random),
  );
}

const SHAPES: readonly ((word: string, random: Random) => string)[] = [
  (word) => `${word}\\s*[=(:]`,
  (word) => `(?:^|[^a-z0-9])${word}`,
  (word) => `${word}(?:s|es|ed)?\\s+[a-z]+`,
  (word, random) => `${word}\\d{1,${random.between(2, 4)}}`,
  (word) => `${word}[a-z_]{0,3}[^a-z_]`,
  (word) => `['"\`]?\\s*(?:or|and|not)\\s+${word}`,
  (word) => `${word}\\b`,
];

/** One rule for each literal or regex: blocks when it occurs, in any case, in URI, headers or body. */
export function syntheticRules(kind: SyntheticKind, count: number): WafConfig {
  const values = kind === 'literal' ? literals(count) : boundedRegexes(count);
  return configOf(
    values.map((value, index) => ({
      v: 1,
      id: `synthetic-${String(index).padStart(5, '0')}`,
      tags: [],
      severity: 'warning',
      mode: 'enforce',
      priority: 0,
      action: { block: { status: 403 } },
      when: {
        target: TARGETS,
        op: kind === 'literal' ? 'contains' : 'regex',
        value: kind === 'literal' ? value : `(?i)${value}`,
        ...(kind === 'literal' && { ignore_case: true }),
      },
    })),
  );
}

export const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

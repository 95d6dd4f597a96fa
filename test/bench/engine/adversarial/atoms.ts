import type { Condition, Leaf, WafConfig } from '../../../../src/rules/model.ts';
import type { Random } from '../../workload/random.ts';

/** What makes transforms, splitters and decoders work, whatever the rules are. */
const TRIGGERS = [
  '%',
  '%2',
  '%25',
  '%41',
  '%u0041',
  '%u',
  '%00',
  '+',
  '&',
  '=',
  ';',
  '&#',
  '&#x41;',
  '&#65;',
  '&lt;',
  '&amp;',
  '\\',
  '\\x41',
  '\\u0041',
  '\\101',
  '\\41 ',
  '/*',
  '*/',
  '/**/',
  '--',
  '#',
  '<!--',
  '-->',
  '../',
  '..\\',
  '/./',
  '//',
  '\\\\',
  '\0',
  ' ',
  '\t',
  '\n',
  '\r\n',
  "'",
  '"',
  '`',
  "''",
  '""',
  '^',
  ',',
  '.',
  ':',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '{"a":',
  '","b":"',
  '"],["',
  '[[',
  '"a",',
  '<',
  '>',
  '</',
  '<a b=',
  '|',
  '$',
  '${',
  '@',
  '!',
  '?',
  '*',
  '~',
  '-',
  '_',
  'a',
  'A',
  'z',
  '0',
  '9',
  '0x41',
  'QUFB',
  'QQ==',
  '4141',
  '\xc0\xaf',
  '\xe2\x82',
  '\xff',
  '\xc3\xa4',
  'aB',
  'a ',
  ' a',
  'a=b&',
] as const;

const MAX_RULE_ATOMS = 700;

/** Pieces that inputs are built from: triggers, and what the rules themselves look for. */
export function collectAtoms(config: WafConfig, random: Random): string[] {
  const found = new Set<string>();
  for (const rule of config.rules) {
    for (const leaf of leavesOf(rule.when)) for (const atom of atomsOf(leaf)) found.add(atom);
  }
  const own = [...found].filter((atom) => atom.length > 0 && atom.length <= 64);
  // A seeded sample of a large rule set; the triggers are always all there.
  for (let i = 0; i < Math.min(MAX_RULE_ATOMS, own.length); i++) {
    const j = i + random.int(own.length - i);
    [own[i], own[j]] = [own[j]!, own[i]!];
  }
  return [...new Set([...TRIGGERS, ...own.slice(0, MAX_RULE_ATOMS)])];
}

function leavesOf(condition: Condition): readonly Leaf[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  return 'not' in condition ? leavesOf(condition.not) : [condition];
}

function atomsOf({ op, value }: Leaf): string[] {
  const texts = [value].flat().filter((item): item is string => typeof item === 'string');
  if (op === 'regex') return texts.flatMap(regexFragments);
  // All but the last letter leads as deep into the automaton as it goes without a hit.
  return texts.flatMap((text) => [text, text.slice(0, -1)]);
}

/** Runs of plain characters in a regular expression, and one letter of each class or escape between. */
function regexFragments(source: string): string[] {
  const plain = source
    .replace(/\\[dD]/g, '1')
    .replace(/\\s[*+]?/g, ' ')
    .replace(/\\w[*+]?/g, 'a')
    .replace(/\[\^?(?:\\.|[^\]\\])([^\]]*)\][*+?]?(?:\{[^}]*\})?/g, 'x')
    .replace(/\(\?[a-z]*[:)]?/gi, '(')
    .replace(/\\([^a-zA-Z0-9])/g, '$1');
  const runs = plain.split(/[()|]+/).map((run) => run.replace(/[*+?^$]|\{\d+(?:,\d*)?\}/g, ''));
  return runs.filter((run) => run.length >= 1).flatMap((run) => [run, run.slice(0, -1)]);
}

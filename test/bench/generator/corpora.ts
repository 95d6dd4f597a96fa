import { existsSync, readdirSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';
import { readRecordedRequests } from '../../../src/evaluation/read-recorded-requests.ts';
import type { RecordedRequest } from '../../../src/evaluation/recorded-request.ts';
import { prepareRequest } from '../../../src/generator/learn/prepared-request.ts';
import { attackValue } from '../../../src/generator/mutations/mutate-request.ts';
import { VIEWS } from '../../../src/generator/shapes/shape.ts';
import { transformText } from '../../../src/generator/shapes/transform-text.ts';

/** Labelled traffic beside the project: `../shared/corpora`, or the folder that `--corpora` names. */
export const CORPORA = packagePath('..', 'shared', 'corpora');

/** Families of attack as the bars name them, and their category in the corpora. */
export const FAMILIES = { sqli: 'sqli', xss: 'xss', traversal: 'lfi', rce: 'rce' } as const;
/** Name of a bar, or another category of the corpora. */
export type Family = string;

export interface Corpora {
  readonly attacks: ReadonlyMap<Family, readonly RecordedRequest[]>;
  /** Families that have no bar, and attacks enough to learn from. */
  readonly others: readonly Family[];
  /** Without the look-alikes. */
  readonly benign: readonly RecordedRequest[];
  /** Benign requests that were collected because they look like attacks. */
  readonly lookAlikes: readonly RecordedRequest[];
}

/** A family of fewer different attacks leaves too few to judge by. */
const MIN_OTHERS = 30;

/** Samples that a detector of this project was built from would prove nothing. */
const LEFT_OUT = new Set(['libinjection', 'csic2010-attack']);

export async function readCorpora(folder: string): Promise<Corpora | null> {
  if (!existsSync(folder)) return null;
  const all: RecordedRequest[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!/^(?:attack|benign)-.*\.jsonl(?:\.gz)?$/.test(file)) continue;
    for await (const request of readRecordedRequests(`${folder}/${file}`)) all.push(request);
  }
  const benign = all.filter(({ label }) => label === 'benign');
  const isLookAlike = ({ category }: RecordedRequest) => category?.startsWith('hard-') === true;
  const attacks = all.filter(({ label, source }) => label === 'attack' && !LEFT_OUT.has(source!));
  const byFamily = groupByFamily(attacks);
  const barred = Object.keys(FAMILIES);
  const others = [...byFamily.keys()].filter((name) => !barred.includes(name));
  return {
    attacks: byFamily,
    others: others.filter((name) => byFamily.get(name)!.length >= MIN_OTHERS).sort(),
    benign: benign.filter((request) => !isLookAlike(request)),
    lookAlikes: benign.filter(isLookAlike),
  };
}

function groupByFamily(attacks: readonly RecordedRequest[]): Map<Family, RecordedRequest[]> {
  const names = new Map<string, Family>(
    Object.entries(FAMILIES).map(([name, category]) => [category, name]),
  );
  const groups = new Map<Family, RecordedRequest[]>();
  for (const attack of withoutRepetitions(attacks)) {
    const family = names.get(attack.category!) ?? attack.category!;
    const group = groups.get(family);
    if (group === undefined) groups.set(family, [attack]);
    else group.push(attack);
  }
  return groups;
}

/** What an attack says, whatever its numbers, case and spaces: the same text is one attack. */
export function attackKey(request: RecordedRequest): string {
  const value = attackValue(prepareRequest(request).values);
  return transformText(value?.text ?? '', VIEWS.sql)
    .replace(/\d+/g, '0')
    .trim();
}

/** The first request of every text, whichever source it comes from. */
function withoutRepetitions(requests: readonly RecordedRequest[]): RecordedRequest[] {
  const first = new Map<string, RecordedRequest>();
  for (const request of requests) {
    const key = attackKey(request);
    if (!first.has(key)) first.set(key, request);
  }
  return [...first.values()];
}

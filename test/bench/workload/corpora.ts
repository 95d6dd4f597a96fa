import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packagePath } from '../../../src/config/package-root.ts';
import { createRandom } from './random.ts';
import type { LabelledRequest } from './workload.ts';

/** Labelled requests beside the project, when somebody put them there; never part of it. */
export const CORPORA_FOLDER = packagePath('..', 'shared', 'corpora');

/** Sources that say more about the data set than about a firewall; see the folder's own README. */
const APART = ['attack-csic2010', 'attack-libinjection'] as const;

interface CorpusLine {
  readonly label: 'attack' | 'benign';
  readonly category: string;
  readonly request: {
    readonly method: string;
    readonly uri: string;
    readonly version: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string;
  };
}

/** All headline cases, or null when the folder is not there. */
export function readCorpora(folder = CORPORA_FOLDER): LabelledRequest[] | null {
  if (!existsSync(folder)) return null;
  const files = readdirSync(folder).filter(
    (name) =>
      /^(attack|benign)-.*\.jsonl\.gz$/.test(name) &&
      !APART.some((apart) => name.startsWith(apart)),
  );
  return files.sort().flatMap((name) => readCorpus(join(folder, name)));
}

/** `count` cases of `all`, attacks and benign ones half each; the same seed draws the same. */
export function drawCases(
  all: readonly LabelledRequest[],
  seed: number,
  count: number,
): LabelledRequest[] {
  const random = createRandom(seed);
  const attacks = all.filter(({ attack }) => attack);
  const benign = all.filter(({ attack }) => !attack);
  return Array.from({ length: count }, (_, i) => random.pick(i % 2 === 0 ? benign : attacks));
}

function readCorpus(file: string): LabelledRequest[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line) as CorpusLine)
    .filter(({ category }) => !category.startsWith('hard-'))
    .map(toCase);
}

function toCase({ label, category, request }: CorpusLine): LabelledRequest {
  const body = request.body ? Buffer.from(request.body, 'utf8') : null;
  const headers = request.headers.flat().map(latin1);
  if (body !== null) headers.push('content-length', String(body.length));
  return {
    attack: label === 'attack',
    family: category,
    request: {
      method: request.method,
      uri: latin1(request.uri),
      version: request.version,
      sourceIp: '198.51.100.7',
      headers,
      body,
      now: Date.UTC(2026, 10, 1),
    },
  };
}

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

import { type Random, seededRandom } from '../../../../src/generator/learn/seeded-random.ts';
import type { Observation } from '../../../../src/generator/suspicion/observation.ts';

export const START = Date.UTC(2026, 2, 1, 12);

let made = 0;

export function observation(
  uri: string,
  changes: Partial<Observation> & { source?: string; status?: number; at?: number } = {},
): Observation {
  const { source = '192.0.2.1', status = 200, at = START, ...rest } = changes;
  made += 1;
  return {
    recorded: {
      id: `r${made}`,
      request: {
        method: 'GET',
        uri,
        version: 'HTTP/1.1',
        sourceIp: source,
        headers: ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0'],
        body: null,
        now: at,
      },
      at,
      status,
      source: 'node-1',
    },
    why: 'sample',
    action: 'allow',
    rules: [],
    shadowRules: [],
    score: {},
    weight: 1,
    ...rest,
  };
}

const WORDS = ['blue', 'green', 'lamp', 'chair', 'table', 'wood', 'small', 'old', 'garden', 'oak'];
const SORTS = ['price', 'name', 'date'];

/** What honest clients of a small shop ask for. */
export function benignUri(random: Random): string {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const number = (most: number) => Math.floor(random() * most);
  const paths = [
    () => `/product?id=${number(5_000)}`,
    () => `/search?q=${pick(WORDS)}+${pick(WORDS)}&page=${number(20)}`,
    () => `/category/${number(30)}?sort=${pick(SORTS)}`,
    () => `/static/${pick(WORDS)}.css`,
    () => '/',
  ];
  return pick(paths)();
}

/** `count` benign observations from 200 addresses, one every 100 ms. */
export function benignTraffic(count: number, seed: number, from = START): Observation[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) =>
    observation(benignUri(random), {
      source: `198.51.100.${Math.floor(random() * 200)}`,
      at: from + at * 100,
    }),
  );
}

/** SQL injection as a tool would send it, into the parameters of the shop. */
export function attackUri(random: Random): string {
  const number = () => Math.floor(random() * 9_000) + 1;
  const payloads = [
    () =>
      `${number()}' UNION SELECT ${number()},table_name,NULL FROM information_schema.tables-- -`,
    () => `${number()} AND ${number()}=(SELECT COUNT(*) FROM users) AND SLEEP(${number()})`,
    () => `x') OR ${number()}=${number()} UNION ALL SELECT password,${number()} FROM users#`,
  ];
  const payload = encodeURIComponent(payloads[Math.floor(random() * payloads.length)]!());
  return random() < 0.5 ? `/product?id=${payload}` : `/search?q=${payload}&page=1`;
}

import type { Condition } from '../../rules/model.ts';
import type { BenignPool } from './benign-pool.ts';
import { Bits } from './bits.ts';
import type { Feature } from './feature.ts';
import type { PreparedRequest } from './prepared-request.ts';

/** Without content to go by, nearly all of the samples must agree. */
const SHARE = 0.8;
const EXPECTED_HEADERS = ['user-agent', 'accept', 'accept-language', 'accept-encoding', 'host'];
const LONG_URIS = [1_024, 2_048, 4_096, 8_192];

interface Question {
  readonly id: string;
  readonly title: string;
  readonly condition: Condition;
  readonly test: (request: PreparedRequest) => boolean;
}

/** How requests are made: method, length, headers that are there or missing, the page they are for. */
export function trafficFeatures(samples: readonly PreparedRequest[], pool: BenignPool): Feature[] {
  return questionsOf(samples).flatMap(({ id, title, condition, test }) => {
    const having = Bits.from(samples.length, (at) => test(samples[at]!));
    if (having.count < samples.length * SHARE) return [];
    const benign = pool.passing(`traffic:${id}`, test);
    return [
      {
        id: `traffic:${id}`,
        kind: 'traffic',
        title,
        condition,
        samples: having,
        benign,
        rarity: 0,
      },
    ];
  });
}

function questionsOf(samples: readonly PreparedRequest[]): Question[] {
  const methods = new Set(samples.map(({ recorded }) => recorded.request.method));
  const paths = new Set(samples.map(({ recorded }) => pathOf(recorded.request.uri)));
  return [
    ...[...methods].sort().map(askMethod),
    // One page, or what attackers make up as they go.
    ...(paths.size === 1 ? [...paths].map(askPath) : []),
    ...EXPECTED_HEADERS.map(askMissing),
    ...LONG_URIS.map(askLength),
  ];
}

function askMethod(method: string): Question {
  return {
    id: `method ${method}`,
    title: `the method ${method}`,
    condition: { target: ['method'], op: 'equals', value: method },
    test: ({ recorded }) => recorded.request.method === method,
  };
}

function askPath(path: string): Question {
  return {
    id: `path ${path}`,
    title: `the path ${path}`,
    condition: { target: ['path.raw'], op: 'equals', value: path },
    test: ({ recorded }) => pathOf(recorded.request.uri) === path,
  };
}

function askMissing(name: string): Question {
  return {
    id: `no ${name}`,
    title: `no ${name} header`,
    condition: { not: { target: [`headers[${name}]`], op: 'exists' } },
    test: ({ recorded }) =>
      !recorded.request.headers.some((each, at) => at % 2 === 0 && each.toLowerCase() === name),
  };
}

function askLength(least: number): Question {
  return {
    id: `uri ${least}`,
    title: `a URI of ${least} bytes or more`,
    condition: { target: ['uri'], op: 'length', value: { gte: least } },
    test: ({ recorded }) => recorded.request.uri.length >= least,
  };
}

function pathOf(uri: string): string {
  const question = uri.indexOf('?');
  return question < 0 ? uri : uri.slice(0, question);
}

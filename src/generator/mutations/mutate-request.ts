import type { InspectionRequest } from '../../engine/verdict.ts';
import type { PreparedRequest } from '../learn/prepared-request.ts';
import type { Random } from '../learn/seeded-random.ts';
import type { RequestValue } from '../values/request-value.ts';
import { looksLikeSql, type Mutation, SQL_MUTATIONS } from './sql-mutations.ts';
import { TEXT_MUTATIONS } from './text-mutations.ts';

/** Rounds of mutations that one attack goes through. */
const ROUNDS = 4;

/** The request with its attack written differently; null when nothing in it can be changed. */
export function mutateRequest(request: PreparedRequest, random: Random): InspectionRequest | null {
  const value = attackValue(request.values);
  if (value === null || value.replace === null) return null;
  const text = mutateText(value.text, random);
  return text === value.text ? null : value.replace(text);
}

/** Several mutations after each other; each one leaves what the text does. */
export function mutateText(text: string, random: Random): string {
  const mutations: readonly Mutation[] = Object.values(
    looksLikeSql(text) ? SQL_MUTATIONS : TEXT_MUTATIONS,
  );
  let result = text;
  for (let round = 0; round < ROUNDS; round++) {
    const mutation = mutations[Math.floor(random() * mutations.length)]!;
    result = mutation(result, random) ?? result;
  }
  return result;
}

/** The value that looks least like text: the one with most signs. */
export function attackValue(values: readonly RequestValue[]): RequestValue | null {
  let best: RequestValue | null = null;
  let most = 0;
  for (const value of values) {
    if (value.target === 'headers.*' && value.name === 'user-agent') continue;
    const signs = value.text.match(/[^\w]/g)?.length ?? 0;
    const size = value.target === 'path' ? signs / 2 : signs + 1 / (value.text.length + 1);
    if (size <= most && best !== null) continue;
    best = value;
    most = size;
  }
  return best;
}

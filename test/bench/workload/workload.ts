import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { attackDraft } from './attack-draft.ts';
import { benignDraft, type RequestKind } from './benign-draft.ts';
import { finish } from './draft-request.ts';
import { createRandom, type Random } from './random.ts';

export interface LabelledRequest {
  readonly request: InspectionRequest;
  readonly attack: boolean;
  /** The attack's family, or the kind of benign request. */
  readonly family: string;
}

export const ROUND_SIZE = 2_000;

/** Every tenth request is an attack. */
const ATTACK_EVERY = 10;
const NOW = Date.UTC(2026, 10, 1);

/**
 * Realistic requests: 90 % browser and API traffic, 10 % attacks, in random order. The same seed makes
 * the same requests; another seed makes others, so that between rounds only what repeats in real traffic
 * repeats: user agents and other static headers.
 */
export function createWorkload(seed: number, count = ROUND_SIZE): LabelledRequest[] {
  const random = createRandom(seed);
  const requests = Array.from({ length: count }, (_, index): LabelledRequest => {
    if (index % ATTACK_EVERY === ATTACK_EVERY - 1) {
      const { draft, family } = attackDraft(random, Math.floor(index / ATTACK_EVERY));
      return { request: finish(draft, NOW), attack: true, family };
    }
    const kind = benignKind(random);
    return { request: finish(benignDraft(random, kind), NOW), attack: false, family: kind };
  });
  return shuffled(requests, random);
}

function benignKind(random: Random): RequestKind {
  const share = random.next();
  if (share < 0.45) return 'page';
  if (share < 0.7) return 'api-get';
  return share < 0.88 ? 'json-post' : 'form-post';
}

function shuffled<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}

/** Bytes on the wire, request line and separators included. */
export function wireBytes({ method, uri, version, headers, body }: InspectionRequest): number {
  const lines = headers.reduce((sum, text) => sum + text.length + 2, 0);
  return method.length + uri.length + version.length + 4 + lines + 2 + (body?.length ?? 0);
}

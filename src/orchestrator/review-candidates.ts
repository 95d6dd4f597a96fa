import type { Candidates } from '../fleet/candidates.ts';
import {
  type CandidateDocument,
  type CandidateState,
  MAX_CANDIDATE_HISTORY,
} from '../fleet/shapes/candidate-document.ts';
import type { Accepted, Origin, Refused, RuleBook } from '../rules/rule-book.ts';
import { ApiError } from './api-error.ts';

export interface ReviewDeps {
  readonly candidates: Pick<Candidates, 'get' | 'put'>;
  readonly book: RuleBook;
  readonly now: () => number;
}

/** What became of the rule, and the candidate afterwards. */
export interface Reviewed {
  readonly outcome: Accepted | Refused;
  readonly document: CandidateDocument;
}

const ATTEMPTS = 5;

/**
 * A person's word about a candidate. The rule is changed first: when writing the candidate fails, the
 * generator learns from the rule book what was decided.
 */
export function createReview({ candidates, book, now }: ReviewDeps) {
  const known = async (id: string): Promise<CandidateDocument> => {
    const found = await candidates.get(id);
    if (found === undefined) throw unknownCandidate(id);
    return found.value;
  };

  /** Writes the step into the candidate as it is now. */
  const record = async (id: string, to: CandidateState, actor: string, reason: string) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await candidates.get(id);
      if (found === undefined) throw unknownCandidate(id);
      const document = withStep(found.value, { at: now(), to, actor, reason });
      if ((await candidates.put(document, found.version)) !== 'conflict') return document;
    }
    throw new ApiError(
      503,
      'WAF_ERR_API_CANDIDATE_BUSY',
      `candidate "${id}" is being changed`,
      'Ask once more.',
    );
  };

  return {
    /** Enforces its rule, whatever its state; `ttlSeconds` from now, absent: as the candidate says. */
    async approve(id: string, origin: Origin, ttlSeconds?: number): Promise<Reviewed> {
      const document = await known(id);
      const outcome = await enforce(book, document, origin, ttlSeconds);
      if (!outcome.ok) return { outcome, document };
      const reason = 'a person approved it';
      return { outcome, document: await record(id, 'enforced', origin.actor, reason) };
    },
    /** Takes its rule away; the generator never proposes the same again. */
    async reject(id: string, origin: Origin, reason?: string): Promise<Reviewed> {
      const document = await known(id);
      const removed = await book.remove(id, origin);
      const gone = !removed.ok && removed.kind === 'unknown';
      if (!removed.ok && !gone) return { outcome: removed, document };
      const outcome = removed.ok ? removed : NOTHING_TO_REMOVE;
      const why = reason === undefined ? 'a person rejected it' : `rejected: ${reason}`;
      return { outcome, document: await record(id, 'rejected', origin.actor, why) };
    },
  };
}

const NOTHING_TO_REMOVE: Accepted = {
  ok: true,
  ids: [],
  pending: [],
  revision: null,
  warnings: [],
};

/** Puts the rule into the book in place of what is there, past the gates and out of a hold. */
async function enforce(
  book: RuleBook,
  { id, rule, notes }: CandidateDocument,
  origin: Origin,
  ttlSeconds?: number,
): Promise<Accepted | Refused> {
  const { expires_at: _, ...content } = rule;
  const own = Number(notes?.ttlSeconds);
  const ttl = ttlSeconds ?? (own > 0 ? own : undefined);
  const text = JSON.stringify({ ...content, mode: 'enforce', ...(ttl && { ttl_seconds: ttl }) });
  const replaced = await book.replace(id, text, origin);
  const stored =
    !replaced.ok && replaced.kind === 'unknown' ? await book.submit(text, origin) : replaced;
  if (!stored.ok) return stored;
  const approved = await book.approve(id, origin);
  if (!approved.ok) return approved;
  return { ...stored, pending: [], revision: approved.revision ?? stored.revision };
}

function withStep(
  document: CandidateDocument,
  step: Omit<CandidateDocument['history'][number], 'from'>,
): CandidateDocument {
  const history = [...document.history, { ...step, from: document.state }];
  return {
    ...document,
    state: step.to,
    history: history.slice(-MAX_CANDIDATE_HISTORY),
    updated_at: step.at,
  };
}

export function unknownCandidate(id: string): ApiError {
  return new ApiError(
    404,
    'WAF_ERR_API_CANDIDATE_UNKNOWN',
    `no candidate has the id "${id}"`,
    'GET /api/v1/candidates lists every candidate.',
  );
}

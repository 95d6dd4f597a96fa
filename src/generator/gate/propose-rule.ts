import { createHash } from 'node:crypto';
import { canonicalJson } from '../../config/canonical-json.ts';
import type { ExampleRequest } from '../../rules/model.ts';
import type { Candidate, RuleDocument } from '../candidate.ts';
import type { BenignPool } from '../learn/benign-pool.ts';
import type { Bits } from '../learn/bits.ts';
import { type DraftRule, draftCondition } from '../learn/draft-rule.ts';
import type { PreparedRequest } from '../learn/prepared-request.ts';
import { drawFrom, type Random } from '../learn/seeded-random.ts';
import { kindTitle, sentenceOf } from '../learn/sentence.ts';
import { exampleRequest, inspectionOf } from './example-request.ts';
import { gatherEvidence } from './gather-evidence.ts';
import { openRuleRun, type RuleRun } from './rule-run.ts';

export interface Proposal {
  readonly candidate: Candidate;
  /** Samples that it matches. */
  readonly samples: Bits;
}

/** Names the way in which rules are learned; changes with it. */
export const MODEL = 'shapes-and-tokens-1';

/** What is known by its making alone is slowed down, not shut out. */
const RATE_LIMIT = { ratelimit: { key: 'client.ip', limit: 10, window_s: 60, over: 'block' } };

const MATCH_EXAMPLES = 4;
const NO_MATCH_EXAMPLES = 2;

export interface ProposalInput {
  readonly samples: readonly PreparedRequest[];
  readonly pool: BenignPool;
  readonly random: Random;
  readonly namePrefix: string;
  readonly minSources: number;
  readonly now: number | undefined;
}

/**
 * The draft as a rule with everything that speaks for it; a text when the engine refuses it. A rule that
 * costs too much goes without the alternatives that fewest samples show.
 */
export function proposeRule(draft: DraftRule, input: ProposalInput): Proposal | string {
  const when = draftCondition(draft);
  const digest = createHash('sha256').update(canonicalJson(when)).digest('hex').slice(0, 10);
  const id = `${input.namePrefix}-${draft.kind}-${digest}`;
  const opened = openRuleRun([{ id, action: 'block', when }]);
  if (!opened.ok) {
    const fewer = withoutLast(draft);
    if (fewer === null) return opened.diagnostics[0]?.message ?? 'refused';
    return proposeRule(fewer, input);
  }
  const covered = draft.samples.indexes().map((at) => input.samples[at]!);
  const rarity = Math.min(
    ...draft.alternatives.map((each) => Math.max(...each.features.map((one) => one.rarity))),
  );
  const evidence = gatherEvidence({ ...input, run: opened.run, covered, benignHits: 0, rarity });
  const sentence = sentenceOf(draft.kind, draft.alternatives, evidence);
  const rule: RuleDocument = {
    id,
    title: `Learned: ${kindTitle(draft.kind)}`,
    description: sentence.slice(0, MAX_TEXT),
    tags: ['learned', draft.kind],
    severity: 'critical',
    action: draft.kind === 'traffic' ? RATE_LIMIT : 'block',
    confidence: evidence.confidence,
    ...(input.now === undefined ? {} : { created_at: new Date(input.now).toISOString() }),
    provenance: {
      source: 'ml',
      model: MODEL,
      samples: evidence.samples,
      benign_pool: evidence.benign_pool,
      benign_hits: evidence.benign_hits,
    },
    when,
    examples: {
      match: matchExamples(opened.run, covered),
      no_match: benignExamples(opened.run, input),
    },
  };
  return { candidate: { rule, sentence, evidence }, samples: draft.samples };
}

function withoutLast({ kind, alternatives }: DraftRule): DraftRule | null {
  if (alternatives.length < 2) return null;
  const kept = alternatives.slice(0, -1);
  return { kind, alternatives: kept, samples: kept.map((each) => each.samples).reduce(unite) };
}

const unite = (a: Bits, b: Bits) => a.or(b);

const MAX_TEXT = 2_000;

/** Short samples, with as few headers as still match. */
function matchExamples(run: RuleRun, covered: readonly PreparedRequest[]): ExampleRequest[] {
  const examples: ExampleRequest[] = [];
  for (const { recorded } of covered) {
    if (examples.length >= MATCH_EXAMPLES) break;
    for (const keep of [isContentType, () => true]) {
      const example = exampleRequest(recorded.request, keep);
      if (example === null) break;
      if (run.matching(inspectionOf(example, recorded.request)).length === 0) continue;
      examples.push(example);
      break;
    }
  }
  return examples;
}

function benignExamples(run: RuleRun, { pool, random }: ProposalInput): ExampleRequest[] {
  return drawFrom(pool.requests, NO_MATCH_EXAMPLES * 4, random)
    .flatMap(({ recorded }) => {
      const example = exampleRequest(recorded.request, isContentType);
      const matches =
        example !== null && run.matching(inspectionOf(example, recorded.request)).length > 0;
      return example === null || matches ? [] : [example];
    })
    .slice(0, NO_MATCH_EXAMPLES);
}

function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}

import { pino } from 'pino';
import type { Candidate, RuleDocument } from '../../../../src/generator/candidate.ts';
import type { CandidateDocument } from '../../../../src/generator/lifecycle/candidate-record.ts';
import type { Hit } from '../../../../src/generator/lifecycle/count-hit.ts';
import { LifeCycle } from '../../../../src/generator/lifecycle/life-cycle.ts';
import type { LifePolicy } from '../../../../src/generator/lifecycle/life-policy.ts';
import type {
  BookRule,
  CandidateStore,
  RuleDoor,
} from '../../../../src/generator/lifecycle/ports.ts';

export const START = Date.UTC(2026, 2, 1, 12);
export const MINUTE = 60_000;

export const POLICY: LifePolicy = {
  promote: true,
  minConfidence: 0.85,
  minSources: 3,
  minBenignRequests: 30_000,
  shadowMs: 10 * MINUTE,
  shadowRequests: 10_000,
  ttlSeconds: 3_600,
  maxTtlSeconds: 7 * 24 * 3_600,
  maxRules: 3,
  maxGoodSources: 2,
};

export function candidate(id: string, changes: Partial<Candidate['evidence']> = {}): Candidate {
  return {
    rule: {
      id,
      action: 'block',
      confidence: changes.confidence ?? 0.95,
      when: { target: ['query.*'], op: 'contains', value: id },
    },
    sentence: `Blocks ${id}.`,
    evidence: {
      ...{ samples: 50, covered: 50, sources: 10, benign_pool: 30_000, benign_hits: 0 },
      ...{ false_positive_bound: 1e-4, mutations: 20, mutations_matched: 20 },
      ...{ mean_steps: 100, bound_steps: 1_000, confidence: 0.95 },
      ...changes,
    },
  };
}

export const HIT: Omit<Hit, 'at'> = {
  source: '203.0.113.1',
  confirmed: true,
  sole: true,
  goodSource: false,
};

/** A life cycle over a store and a rule book in memory, with a clock that the test moves. */
export function createStand(policy: Partial<LifePolicy> = {}) {
  const clock = { now: START };
  const stored = new Map<string, { value: CandidateDocument; version: number }>();
  let version = 0;
  const store: CandidateStore = {
    get: async (id) => stored.get(id),
    async put(document, expected) {
      if ((stored.get(document.id)?.version ?? 0) !== expected) return 'conflict';
      version += 1;
      stored.set(document.id, { value: JSON.parse(JSON.stringify(document)), version });
      return version;
    },
    list: async () => [...stored.values()],
    delete: async (id) => stored.delete(id),
  };
  const { book, door } = memoryBook(clock);
  const open = () =>
    new LifeCycle({
      ...{ store, door, policy: { ...POLICY, ...policy } },
      now: () => clock.now,
      log: pino({ level: 'silent' }),
    });
  const stand = {
    clock,
    stored,
    store,
    book,
    door,
    open,
    life: open(),
    state: (id: string) => stored.get(id)?.value.state,
    reason: (id: string) => stored.get(id)?.value.history.at(-1)?.reason,
    /** Moves the clock and lets the life cycle act. */
    async pass(ms: number, requests = 0) {
      clock.now += ms;
      stand.life.passed(requests, clock.now);
      await stand.life.advance();
      await stand.life.save();
    },
    /** What another process would do: writes a step past the life cycle. */
    async decideAsPerson(id: string, to: CandidateDocument['state']) {
      const { value, version: expected } = stored.get(id)!;
      const step = { at: clock.now, from: value.state, to, actor: 'alice', reason: 'a person' };
      const changed = { ...value, state: to, history: [...value.history, step] };
      await store.put(changed, expected);
    },
  };
  return stand;
}

function memoryBook(clock: { readonly now: number }) {
  const book = new Map<string, BookRule & { readonly rule: RuleDocument }>();
  const admit = (rule: RuleDocument) => {
    const pending = Number(rule.confidence) < POLICY.minConfidence;
    book.set(rule.id, {
      id: rule.id,
      state: pending ? 'pending' : 'active',
      mode: rule.mode as 'enforce' | 'shadow',
      actor: 'generator',
      expiresAt: clock.now + Number(rule.ttl_seconds) * 1_000,
      rule,
    });
    return { ok: true as const, pending };
  };
  const missing = { ok: false as const, status: 404, reason: 'no such rule' };
  const door: RuleDoor = {
    list: async () => [...book.values()],
    add: async (rule) =>
      book.has(rule.id) ? { ok: false, status: 409, reason: 'taken' } : admit(rule),
    replace: async (rule) => (book.has(rule.id) ? admit(rule) : missing),
    remove: async (id) => (book.delete(id) ? { ok: true, pending: false } : missing),
  };
  return { book, door };
}

import type { Logger } from '../../telemetry/logger.ts';
import type { Candidate, RuleDocument } from '../candidate.ts';
import {
  type CandidateRecord,
  type CandidateState,
  fitsStore,
  fromDocument,
  isLive,
  newRecord,
  takeStep,
  toDocument,
} from './candidate-record.ts';
import { conditionDigest } from './condition-digest.ts';
import { countFalsePositive, countHit, type Hit } from './count-hit.ts';
import { type Decision, decide } from './decide.ts';
import type { LifePolicy } from './life-policy.ts';
import { leastValuable } from './marginal-value.ts';
import type { BookRule, CandidateStore, RuleDoor } from './ports.ts';
import { newTrial } from './trial.ts';

export interface LifeCycleDeps {
  readonly store: CandidateStore;
  readonly door: RuleDoor;
  readonly policy: LifePolicy;
  readonly now: () => number;
  readonly log: Logger;
  /** Called for every step that was taken. */
  readonly onStep?: (record: CandidateRecord) => void;
}

export type Proposed = 'shadow' | 'waiting' | 'known' | 'rejected-before' | 'full' | 'refused';

interface Kept {
  record: CandidateRecord;
  version: number;
  /** The counts differ from what is stored. */
  dirty: boolean;
  /** Hits up to this time were counted by an earlier process: the stream is read again after a restart. */
  readonly countedBefore: number;
}

const ACTOR = 'generator';
/** Candidates without a rule that are remembered; rejected ones are forgotten last. */
const MAX_PAST = 1_000;

/**
 * Leads candidates through their life: counts what happens to them, decides, changes their rules through the
 * door and writes down every step. A person's word wins: what was rejected, removed or held is left alone.
 * Its methods must not run at the same time.
 */
export class LifeCycle {
  readonly #deps: LifeCycleDeps;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: LifeCycleDeps) {
    this.#deps = deps;
  }

  /** Reads all candidates; again whenever others may have changed them. */
  async load(): Promise<void> {
    const listed = await this.#deps.store.list();
    const ids = new Set(listed.map(({ value }) => value.id));
    for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
    for (const { value, version } of listed) this.#adopt(value, version);
  }

  /** Candidates that have a rule. */
  live(): readonly CandidateRecord[] {
    return [...this.#kept.values()].map(({ record }) => record).filter(isLive);
  }

  /** All that are remembered. */
  all(): readonly CandidateRecord[] {
    return [...this.#kept.values()].map(({ record }) => record);
  }

  isOwn(ruleId: string): boolean {
    return this.#kept.has(ruleId);
  }

  /** Posts a candidate in shadow mode, unless a person has refused the same rule before. */
  async propose(candidate: Candidate): Promise<Proposed> {
    const { now, door, policy, log } = this.#deps;
    const digest = conditionDigest(candidate.rule);
    const before = this.all().find(({ id, trial }) => {
      return id === candidate.rule.id || trial.digest === digest;
    });
    if (before?.state === 'rejected') return 'rejected-before';
    if (before !== undefined && isLive(before)) return 'known';
    const trial = newTrial(digest, policy.ttlSeconds, now());
    const again = before?.id === candidate.rule.id ? before : null;
    const record = { ...newRecord(candidate, trial, now()), ...lifeBefore(again) };
    if (!fitsStore({ ...record, history: [] })) return 'refused';
    if (!(await this.#makeRoom(candidate.evidence.covered))) return 'full';
    const rule = ruleOf(record, 'shadow', policy.ttlSeconds);
    const added = await door.add(rule);
    // It is there when a process ended between posting it and writing its document.
    const answer = !added.ok && added.status === 409 ? await door.replace(rule) : added;
    if (!answer.ok) {
      log.warn({ candidate: record.id, status: answer.status }, `refused: ${answer.reason}`);
      return 'refused';
    }
    const to = answer.pending ? 'waiting' : 'shadow';
    const reason = answer.pending
      ? `posted; the rule door lets it wait for approval: its confidence is ${candidate.evidence.confidence}`
      : 'posted in shadow mode';
    const version = again === null ? 0 : this.#kept.get(again.id)!.version;
    this.#kept.set(record.id, { record, version, dirty: false, countedBefore: 0 });
    await this.#step(record.id, to, reason);
    return to;
  }

  /** A rule matched a request. */
  hit(ruleId: string, hit: Hit): void {
    const found = this.#kept.get(ruleId);
    if (found === undefined || !isLive(found.record)) return;
    if (hit.at <= found.countedBefore) return;
    this.#recount(found, countHit(found.record.trial, hit));
  }

  /** Requests went by that all live candidates have seen; `until`: time of the latest. */
  passed(requests: number, until: number): void {
    for (const found of this.#kept.values()) {
      const { trial } = found.record;
      if (!isLive(found.record) || until <= Math.max(trial.since, found.countedBefore)) continue;
      const countedUntil = Math.max(trial.countedUntil, until);
      this.#recount(found, { ...trial, requests: trial.requests + requests, countedUntil });
    }
  }

  /** A person called a request that the rule matched a false positive; what was said before its last step is settled. */
  falsePositive(ruleId: string, requestId: string, saidAt: number): void {
    const found = this.#kept.get(ruleId);
    if (found === undefined || !isLive(found.record)) return;
    if (saidAt <= found.record.trial.since) return;
    this.#recount(found, countFalsePositive(found.record.trial, requestId));
  }

  /** Compares with the rule book, decides for each candidate, and does it. */
  async advance(): Promise<void> {
    const book = new Map((await this.#deps.door.list()).map((rule) => [rule.id, rule]));
    for (const record of this.live()) {
      if (await this.#follow(record, book.get(record.id))) continue;
      const followed = this.#kept.get(record.id)!.record;
      const decision = decide(followed, this.#deps.policy, this.#deps.now());
      if (decision === null) continue;
      // A rule that still waits for approval has no lifetime of its own in the rule book.
      const lingers = decision.to === 'expired' && book.get(record.id)?.state === 'pending';
      if (lingers) await this.#deps.door.remove(record.id);
      await this.#carryOut(followed, decision);
    }
  }

  /** Writes the counts that have changed, and forgets what is long past. */
  async save(): Promise<void> {
    for (const found of this.#kept.values()) if (found.dirty) await this.#write(found);
    const past = this.all()
      .filter((record) => !isLive(record))
      .sort(
        (a, b) =>
          Number(a.state === 'rejected') - Number(b.state === 'rejected') ||
          a.updatedAt - b.updatedAt,
      );
    for (const { id } of past.slice(0, Math.max(0, past.length - MAX_PAST))) {
      await this.#deps.store.delete(id, this.#kept.get(id)!.version);
      this.#kept.delete(id);
    }
  }

  /** What people did to the rule in the rule book; true when that settles the matter. */
  async #follow(record: CandidateRecord, rule: BookRule | undefined): Promise<boolean> {
    const { id, state, trial } = record;
    const over = this.#deps.now() >= trial.expiresAt;
    if (rule === undefined || rule.state === 'expired') {
      if (over || rule !== undefined) return false;
      // Its own rejection may be written already: the store has the last word on who did it.
      if (await this.#refresh(id)) return true;
      await this.#step(id, 'rejected', 'a person removed its rule', 'rule book');
      return true;
    }
    if (rule.state === 'held' || rule.state === 'off' || rule.mode === 'off') {
      const reason = `its rule is ${rule.state}: ${rule.reason ?? `by ${rule.actor}`}`;
      if (state !== 'waiting') await this.#step(id, 'waiting', reason, rule.actor);
      return !over;
    }
    if (rule.expiresAt !== null && Math.abs(rule.expiresAt - trial.expiresAt) > 5_000) {
      const found = this.#kept.get(id)!;
      this.#recount(found, { ...trial, expiresAt: rule.expiresAt });
    }
    if (state === 'enforced' || rule.mode !== 'enforce' || rule.state !== 'active') return false;
    if (await this.#refresh(id)) return true;
    await this.#step(id, 'enforced', 'its rule is enforced in the rule book', rule.actor);
    return true;
  }

  async #carryOut(record: CandidateRecord, { to, reason, rule }: Decision): Promise<void> {
    const { door, now, log } = this.#deps;
    if (rule !== null) {
      const answer = await door.replace(ruleOf(record, rule.mode, rule.ttlSeconds));
      if (!answer.ok) {
        // Tried again with the next advance: by then a removed rule is known to be removed.
        log.warn({ candidate: record.id, status: answer.status }, `not ${to}: ${answer.reason}`);
        return;
      }
      if (answer.pending)
        return this.#step(record.id, 'waiting', `${reason}; the rule door wants an approval`);
      const found = this.#kept.get(record.id)!;
      const { ttlSeconds } = rule;
      const expiresAt = now() + ttlSeconds * 1_000;
      const trial = { ...record.trial, ttlSeconds, expiresAt, earned: 0, sole: 0 };
      this.#recount(found, trial);
    }
    await this.#step(record.id, to, reason);
  }

  /** False when every live candidate is worth as much. */
  async #makeRoom(value: number): Promise<boolean> {
    const { policy, now, door } = this.#deps;
    const live = this.live();
    if (live.length < policy.maxRules) return true;
    const least = leastValuable(live, value, policy, now());
    if (least === null) return false;
    const answer = await door.remove(least.id);
    if (!answer.ok && answer.status !== 404) return false;
    await this.#step(
      least.id,
      'evicted',
      `a new candidate covers ${value} samples; it had ${least.trial.sole} confirmed hits of its own`,
    );
    return true;
  }

  async #step(id: string, to: CandidateState, reason: string, actor = ACTOR): Promise<void> {
    const found = this.#kept.get(id)!;
    found.record = takeStep(found.record, { to, reason, actor, now: this.#deps.now() });
    if (!(await this.#write(found))) return;
    this.#deps.log.info({ candidate: id, state: to, actor }, reason);
    this.#deps.onStep?.(found.record);
  }

  #recount(found: Kept, trial: CandidateRecord['trial']): void {
    found.record = { ...found.record, trial };
    found.dirty = true;
  }

  /** False when somebody else had changed it, which then counts. */
  async #write(found: Kept): Promise<boolean> {
    const { record, version } = found;
    const written = await this.#deps.store.put(toDocument(record), version);
    if (written === 'conflict') {
      await this.#refresh(record.id);
      return false;
    }
    found.version = written;
    found.dirty = false;
    return true;
  }

  /** Reads one candidate again; true when it has changed. */
  async #refresh(id: string): Promise<boolean> {
    const current = await this.#deps.store.get(id);
    if (current === undefined) return false;
    return this.#adopt(current.value, current.version);
  }

  /** Takes over what others wrote, and keeps the counts of what it has seen itself. */
  #adopt(value: Parameters<typeof fromDocument>[0], version: number): boolean {
    const known = this.#kept.get(value.id);
    if (known !== undefined && known.version >= version) return false;
    const record = fromDocument(value);
    const trial =
      known?.dirty && known.record.state === record.state ? known.record.trial : record.trial;
    const countedBefore = known?.countedBefore ?? trial.countedUntil;
    this.#kept.set(value.id, {
      record: { ...record, trial },
      version,
      dirty: false,
      countedBefore,
    });
    return true;
  }
}

/** A rule that comes again goes on with its history. */
function lifeBefore(before: CandidateRecord | null) {
  return before === null ? {} : { state: before.state, history: before.history };
}

/** The rule as it is posted: its life is the generator's to say. */
function ruleOf({ rule }: CandidateRecord, mode: 'shadow' | 'enforce', ttl: number): RuleDocument {
  const { expires_at: _, ...rest } = rule;
  return { ...rest, mode, ttl_seconds: ttl };
}

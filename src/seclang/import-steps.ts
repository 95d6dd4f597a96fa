import type { ConditionSources } from './alternative.ts';
import type { Step } from './assemble-chains.ts';
import { buildCondition } from './build-condition.ts';
import { type Control, controlsOf } from './control-actions.ts';
import { asDetection } from './detection-only.ts';
import { effectOf } from './effect.ts';
import { foldLink } from './fold-link.ts';
import { Gap } from './gap.ts';
import { type Guard, guarded } from './guards.ts';
import type { ReportWriter } from './import-report.ts';
import type { LanguageSupport } from './language-support.ts';
import type { ConditionalExclusion } from './link-groups.ts';
import type { ActionItem, Chain, Link } from './model.ts';
import { skipTarget } from './parse-actions.ts';
import { createRemovals } from './removals.ts';
import { checkResponseRule, isCompressionGate, isResponsePhase } from './response-phase.ts';
import { isNamed, type RuleChanges } from './rule-changes.ts';
import { scoreRule } from './score-rule.ts';
import type { Producer } from './state-producers.ts';
import { type Threshold, thresholdOf } from './threshold.ts';
import type { TransactionVariables } from './transaction-variables.ts';
import { assignAlways, assignSometimes } from './tx-assignments.ts';
import { unservedActions } from './unserved-actions.ts';
import { writeRule } from './write-rule.ts';
import type { WrittenCondition, WrittenRule } from './written-rule.ts';

export interface StepSources {
  readonly steps: readonly Step[];
  /** SecDefaultAction by phase. */
  readonly defaults: ReadonlyMap<number, readonly ActionItem[]>;
  readonly changes: RuleChanges;
  readonly tx: TransactionVariables;
  readonly support: LanguageSupport;
  /** Nothing is refused: what would refuse writes a log entry. */
  readonly detectionOnly: boolean;
  readonly data: (name: string, file: string) => string | undefined;
  readonly report: ReportWriter;
}

export interface ImportedSteps {
  readonly rules: readonly WrittenRule[];
  readonly thresholds: Readonly<Record<string, number>>;
}

/** Where the program goes on; `when` is null when it does so for every request. */
interface Skip {
  readonly marker: string;
  readonly when: WrittenCondition | null;
}

/**
 * Runs the program phase by phase, as ModSecurity would for a request of which nothing is known. What
 * depends on no request is evaluated; the rest becomes rules.
 */
export function importSteps(sources: StepSources): ImportedSteps {
  const { steps, defaults, changes, tx, report } = sources;
  const rules: WrittenRule[] = [];
  const thresholds: Record<string, number> = {};
  const producers: Producer[] = [];
  const removals = createRemovals();
  const exclusions: { by: Control & { kind: 'exclude' }; when: WrittenCondition }[] = [];
  for (const phase of [1, 2, 3, 4, 5]) runPhase(phase);
  return { rules, thresholds };

  function runPhase(phase: number): void {
    let skipping: string | null = null;
    let guards: readonly Guard[] = [];
    for (const step of steps) {
      if (step.kind === 'marker') {
        if (step.name === skipping) skipping = null;
        guards = guards.filter(({ marker }) => marker !== step.name);
      } else if (step.chain.phase === phase) {
        const skip: Skip | null =
          skipping === null ? visit(step.chain, guards) : passOver(step.chain, skipping);
        if (skip?.when === null) skipping = skip.marker;
        else if (skip !== null) guards = [...guards, { marker: skip.marker, when: skip.when }];
      }
    }
  }

  function passOver(chain: Chain, marker: string): null {
    report.folded(chain, `skipped: ${marker}`);
    return null;
  }

  function visit(chain: Chain, guards: readonly Guard[]): Skip | null {
    const removal = changes.removal(chain);
    if (removal !== null) {
      report.folded(chain, removal);
      return null;
    }
    try {
      return runChain(chain, guards);
    } catch (error) {
      if (!(error instanceof Gap)) throw error;
      report.gap(chain.place, chain.id, error.message);
      return null;
    }
  }

  function runChain(chain: Chain, guards: readonly Guard[]): Skip | null {
    const links = changes.apply(chain);
    const threshold = thresholdOf(links, tx);
    const open = openLinks(chain, links);
    if (open === null) {
      report.folded(chain, 'never true with this setup');
      return null;
    }
    if (threshold !== null) {
      setThreshold(chain, threshold);
      return null;
    }
    const actions = links.flatMap((link) => link.actions);
    if (open.length > 0) return importChain(chain, open, actions, guards);
    runAlways(chain, actions);
    const marker = skipTarget(actions);
    return marker === null ? null : { marker, when: null };
  }

  function setThreshold(chain: Chain, threshold: Threshold): void {
    const { category, value } = threshold;
    const rule = sources.detectionOnly ? scoreRule(chain, threshold) : null;
    if (rule !== null) rules.push(rule);
    else {
      thresholds[category] ??= value;
      report.folded(chain, `the threshold of ${category}: ${value}`);
    }
  }

  /** The links that depend on the request, or null when one is never true. */
  function openLinks(chain: Chain, links: readonly Link[]): readonly Link[] | null {
    const open: Link[] = [];
    for (const link of links) {
      const verdict = foldLink(link, tx);
      if (verdict === false) return null;
      if (verdict === null) open.push(link);
      if (open.length === 0) assignAlways(link, tx);
      else producers.push(...assignSometimes(chain, [...open], tx));
    }
    return open;
  }

  function importChain(
    chain: Chain,
    links: readonly Link[],
    actions: readonly ActionItem[],
    guards: readonly Guard[],
  ): Skip | null {
    if (chain.phase >= 5) {
      report.folded(chain, 'logging phase: no verdict depends on it');
      return null;
    }
    if (isResponsePhase(chain) && isCompressionGate(links)) {
      report.folded(chain, 'bodies are decompressed before they are looked at');
      return null;
    }
    const written = effectOf(actions, defaults.get(chain.phase), tx);
    const effect = sources.detectionOnly ? asDetection(written) : written;
    const controls = controlsOf(actions);
    const marker = skipTarget(actions);
    if (effect === null && controls.length === 0 && marker === null) {
      report.folded(chain, 'sets variables or writes logs only');
      return null;
    }
    const condition = buildCondition(links, exclusionsOf(chain), conditionSources(chain));
    const when = guarded(condition, [...guards, ...removals.guardsOf(chain)]);
    if (isResponsePhase(chain)) checkResponseRule(when);
    const removed = controls.filter(({ kind }) => kind !== 'exclude');
    const rule = writeRule({ chain, when, effect, removed, steps });
    const note = (reason: string) => report.note(chain.place, chain.id, reason);
    removals.add(chain, removed, when, note);
    for (const by of controls) if (by.kind === 'exclude') exclusions.push({ by, when });
    for (const reason of unservedActions(actions)) note(reason);
    if (rule === null) report.folded(chain, 'became a condition of the rules that it is about');
    else rules.push(rule);
    return marker === null ? null : { marker, when };
  }

  function conditionSources(chain: Chain): ConditionSources {
    const { support, data } = sources;
    const note = (reason: string) => report.note(chain.place, chain.id, reason);
    return { tx, support, producers, note, data, defaults: defaults.get(chain.phase) };
  }

  function exclusionsOf(chain: Chain): readonly ConditionalExclusion[] {
    return exclusions
      .filter(({ by }) => isNamed(chain, by.by, [by.name]))
      .flatMap(({ by, when }) => by.variables.map((variable) => ({ variable, when })));
  }

  function runAlways(chain: Chain, actions: readonly ActionItem[]): void {
    if (actions.some(({ name }) => name === 'deny' || name === 'drop')) {
      throw new Gap(`with this setup every request is refused: ${chain.msg}`);
    }
    if (controlsOf(actions).length > 0) {
      throw new Gap('ctl for every request; use SecRuleRemoveById or SecRuleUpdateTargetById');
    }
    report.folded(chain, 'evaluated at import');
  }
}

import type { Step } from './assemble-chains.ts';
import type { Control } from './control-actions.ts';
import type { Effect } from './effect.ts';
import { Gap } from './gap.ts';
import type { Chain } from './model.ts';
import { actionValue } from './parse-actions.ts';
import { isNamed } from './rule-changes.ts';
import { paranoiaOf } from './score-categories.ts';
import type { WrittenAction, WrittenCondition, WrittenRule, WrittenSkip } from './written-rule.ts';

export interface RuleParts {
  readonly chain: Chain;
  readonly when: WrittenCondition;
  readonly effect: Effect | null;
  /** `ctl` actions that take out rules. */
  readonly removed: readonly Control[];
  readonly steps: readonly Step[];
}

const SEVERITIES = ['critical', 'critical', 'critical', 'error', 'warning', 'notice'] as const;
const SEVERITY_NAMES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING'];
const MAX_TEXT = 2048;
const MAX_TAGS = 32;
const MAX_TAG = 128;

/** The long form of a rule; null when nothing is left for it to do. */
export function writeRule(parts: RuleParts): WrittenRule | null {
  const { chain, when, effect } = parts;
  if (chain.id === '') throw new Gap('a rule without id');
  const action = actionOf(parts);
  if (action === null) return null;
  const tags = [...new Set(chain.tags)].filter((tag) => tag.length <= MAX_TAG).slice(0, MAX_TAGS);
  const paranoia = paranoiaLevel(chain, effect);
  const score = scoreOf(effect);
  return {
    id: ruleId(chain.id),
    ...(chain.msg === '' ? {} : { title: titleOf(chain.msg) }),
    ...(tags.length === 0 ? {} : { tags }),
    severity: severityOf(chain),
    ...(paranoia === null ? {} : { paranoia }),
    ...('allow' in action ? { priority: 1 } : {}),
    provenance: { source: 'crs', ref: `${chain.place.file}:${chain.place.line}`.slice(-MAX_TEXT) },
    when,
    action,
    ...(score === null ? {} : { score }),
  };
}

export function ruleId(id: string): string {
  return `crs-${id}`;
}

/** Values of the request are not known here. */
function titleOf(msg: string): string {
  const inBrackets = /\s*\([^()]*%\{[^}]*\}[^()]*\)/g;
  return msg
    .replace(inBrackets, '')
    .replace(/\s*%\{[^}]*\}/g, '')
    .slice(0, MAX_TEXT);
}

function actionOf({ chain, effect, removed, steps }: RuleParts): WrittenAction | null {
  if (removed.length > 0) {
    if (effect?.kind === 'block') throw new Gap('a rule that refuses and takes out rules');
    return { allow: { skip: skipOf(chain, removed, steps) } };
  }
  switch (effect?.kind) {
    case 'block':
      return { block: effect.status === null ? {} : { status: effect.status } };
    case 'allow':
      return { allow: { skip: 'all' } };
    case 'log':
      return { log: {} };
    case 'score':
      return { score: {} };
    case undefined:
      return null;
  }
}

/** Rules before this one are not taken out, so a tag is named only when all rules that have it follow. */
function skipOf(
  chain: Chain,
  removed: readonly Control[],
  steps: readonly Step[],
): 'all' | WrittenSkip {
  const tags = new Set<string>();
  const ids = new Set<string>();
  const chains = steps.flatMap((step) => (step.kind === 'chain' ? [step.chain] : []));
  const isLater = (other: Chain) =>
    other.phase > chain.phase ||
    (other.phase === chain.phase && chains.indexOf(other) > chains.indexOf(chain));
  for (const control of removed) {
    if (control.kind !== 'remove') return 'all';
    const named = chains.filter((other) => isNamed(other, control.by, [control.name]));
    const isTag = control.by === 'tag' && named.every((other) => other.tags.includes(control.name));
    if (isTag) tags.add(control.name);
    else for (const other of named.filter(isLater)) ids.add(ruleId(other.id));
  }
  if (tags.size + ids.size === 0) throw new Gap('no rule is taken out by it');
  return {
    ...(tags.size === 0 ? {} : { tags: [...tags] }),
    ...(ids.size === 0 ? {} : { ids: [...ids] }),
  };
}

function scoreOf(effect: Effect | null): Readonly<Record<string, number>> | null {
  const score: Record<string, number> = {};
  for (const { category, points } of effect?.scores ?? []) {
    score[category] = (score[category] ?? 0) + points;
  }
  return Object.keys(score).length === 0 ? null : score;
}

function severityOf({ links }: Chain): (typeof SEVERITIES)[number] {
  const written = actionValue(links[0]?.actions ?? [], 'severity') ?? 'WARNING';
  const named = SEVERITY_NAMES.indexOf(written.toUpperCase());
  const number = named === -1 ? Number(written) : named;
  return SEVERITIES[number] ?? 'notice';
}

/** From the tag `paranoia-level/2`, or the variable that the rule adds to. */
function paranoiaLevel({ tags }: Chain, effect: Effect | null): number | null {
  const tag = tags.map((each) => /^paranoia-level\/([1-4])$/.exec(each)?.[1]).find(Boolean);
  if (tag !== undefined) return Number(tag);
  const levels = (effect?.scores ?? []).map(({ variable }) => paranoiaOf(variable));
  return levels.find((level) => level !== null) ?? null;
}

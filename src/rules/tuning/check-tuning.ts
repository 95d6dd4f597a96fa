import type { Fault } from '../fault.ts';
import { suggestion } from '../suggest.ts';
import { parseTarget, TARGET_SPELLINGS } from '../targets.ts';
import type { Tuning } from './tuning.ts';

/** What the schema cannot say of a normalised entry. Pointers are into the entry. */
export function checkTuning(
  entry: Tuning,
  options: { readonly now: number; readonly origin: 'entry' | 'waf-config' },
): Fault[] {
  return [
    ...checkEffect(entry),
    ...checkPaths(entry),
    ...checkTargets(entry),
    ...checkExpiry(entry, options),
  ];
}

/** Whether the entry counts no longer at `now` (ms). */
export function isTuningExpired({ expires_at }: Tuning, now: number): boolean {
  return expires_at !== undefined && Date.parse(expires_at) <= now;
}

const EFFECTS = ['except', 'mode', 'paranoia', 'thresholds'] as const;

/** The one thing that an entry does. */
export function effectOf(entry: Tuning): (typeof EFFECTS)[number] {
  return EFFECTS.find((effect) => entry[effect] !== undefined) ?? 'mode';
}

function checkEffect(entry: Tuning): Fault[] {
  const given = EFFECTS.filter((effect) => entry[effect] !== undefined);
  if (given.length !== 1) {
    const what = given.length === 0 ? 'says nothing of what to do' : `says ${given.join(' and ')}`;
    return [
      {
        code: 'WAF_ERR_TUNING_EFFECT',
        pointer: given.length === 0 ? '' : `/${given[1]}`,
        message: `the entry ${what}`,
        hint: 'Write one of: except (targets), mode (off or shadow), paranoia, thresholds.',
      },
    ];
  }
  const isOfRules = entry.except !== undefined || entry.mode !== undefined;
  if (!isOfRules && entry.rules !== undefined) {
    return [
      {
        code: 'WAF_ERR_TUNING_RULES_UNUSED',
        pointer: '/rules',
        message: `${given[0]} is for all rules`,
        hint: 'Leave rules out.',
      },
    ];
  }
  if (isOfRules && entry.rules === undefined) {
    return [
      {
        code: 'WAF_ERR_TUNING_RULES_MISSING',
        pointer: '',
        message: 'the entry does not say which rules it is about',
        hint: 'Write "rules": [ids or tag:name]; ["*"] means all of them.',
      },
    ];
  }
  return isEverything(entry) ? [EVERYTHING] : [];
}

/** All rules off, for all requests, in so many words or not. */
function isEverything({ rules = [], mode, path, method }: Tuning): boolean {
  const isAll = rules.some((selector) => /^(?:tag:|category:)?\*+$/.test(selector));
  return mode === 'off' && isAll && path === undefined && method === undefined;
}

const EVERYTHING: Fault = {
  code: 'WAF_ERR_TUNING_EVERYTHING',
  pointer: '/rules',
  message: 'the entry takes all rules out of force for all requests',
  hint: 'Say where: "path": ["/healthz"], or "/**" for everywhere. In an emergency use the kill switch.',
};

function checkPaths({ path = [] }: Tuning): Fault[] {
  return path.flatMap((written, i) => {
    const stem = written.endsWith('/**') ? written.slice(0, -3) : written;
    if (!stem.includes('**') && !/[?#]/.test(stem)) return [];
    const isQuery = /[?#]/.test(stem);
    return [
      {
        code: 'WAF_ERR_TUNING_PATH' as const,
        pointer: `/path/${i}`,
        message: `${JSON.stringify(written)} ${isQuery ? 'has more in it than a path' : 'has ** somewhere else than at its end'}`,
        hint: 'Write /search for one path, /a/** for a folder with all below it, * for a part of one segment.',
      },
    ];
  });
}

function checkTargets({ except = [] }: Tuning): Fault[] {
  return except.flatMap((written, i) => {
    const target = parseTarget(written);
    if (target !== undefined && target.definition.kind !== 'number' && !written.startsWith('${')) {
      return [];
    }
    return [
      {
        code: 'WAF_ERR_TUNING_TARGET' as const,
        pointer: `/except/${i}`,
        message: `${JSON.stringify(written)} is not a target that can be left out`,
        hint: suggestion(written, TARGET_SPELLINGS),
      },
    ];
  });
}

function checkExpiry(
  entry: Tuning,
  { now, origin }: { readonly now: number; readonly origin: 'entry' | 'waf-config' },
): Fault[] {
  if (!isTuningExpired(entry, now)) return [];
  return [
    {
      code: 'WAF_ERR_RULE_EXPIRED',
      ...(origin === 'entry' ? {} : { severity: 'warning' as const }),
      pointer: '/expires_at',
      message: `the entry expired at ${entry.expires_at}`,
      hint: 'Give a later expires_at, or leave it out.',
    },
  ];
}

import type { Condition, Leaf } from '../../rules/model.ts';
import type { TunedLeaf } from './tuned-rule.ts';

/** Texts of a list that a value is compared with one by one. */
const MAX_LATE_TEXTS = 16;

/**
 * The condition without these targets; the very same one when it does not look at any of them. `isLate`:
 * its leaves do nothing ahead of time, since something else tells when they matter.
 */
export function withoutTargets(
  when: Condition,
  except: readonly string[],
  isLate = false,
): Condition {
  if ('not' in when) {
    const member = withoutTargets(when.not, except, isLate);
    return member === when.not ? when : { not: member };
  }
  if ('all' in when) {
    const members = eachWithout(when.all, except, isLate);
    return members === when.all ? when : { all: members };
  }
  if ('any' in when) {
    const members = eachWithout(when.any, except, isLate);
    return members === when.any ? when : { any: members };
  }
  return leafWithout(when, except, isLate);
}

/**
 * Whether leaving out targets can never make the condition true: then it holds with them whenever it holds
 * without.
 */
export function onlyNarrows(when: Condition, except: readonly string[]): boolean {
  if (withoutTargets(when, except) === when) return true;
  if ('not' in when) return false;
  if ('all' in when) return when.all.every((member) => onlyNarrows(member, except));
  if ('any' in when) return when.any.every((member) => onlyNarrows(member, except));
  const { quantifier = 'any', first, as } = when;
  if (first === true || as !== undefined) return false;
  return quantifier === 'any' || (typeof quantifier === 'object' && /^\s*>/.test(quantifier.count));
}

function eachWithout(
  members: readonly Condition[],
  except: readonly string[],
  isLate: boolean,
): readonly Condition[] {
  const found = members.map((member) => withoutTargets(member, except, isLate));
  return found.every((member, i) => member === members[i]) ? members : found;
}

function leafWithout(leaf: Leaf, except: readonly string[], isLate: boolean): TunedLeaf {
  // What the leaf before matched is looked at, whatever the target says.
  if (leaf.on === 'matched') return leaf;
  const before = leaf.except ?? [];
  const relevant = except.filter(
    (each) => !before.includes(each) && leaf.target.some((target) => canMeet(target, each)),
  );
  if (relevant.length === 0) return leaf;
  const late = isLate && !isLongList(leaf) ? { late: true as const } : {};
  return { ...leaf, except: [...before, ...relevant].sort(), ...late };
}

/** Texts that are searched together ahead of time cost less than each of them by itself. */
function isLongList({ value }: Leaf): boolean {
  return Array.isArray(value) && value.length > MAX_LATE_TEXTS;
}

/** Whether two targets can mean the same value. */
function canMeet(a: string, b: string): boolean {
  const [one, other] = [membersOf(a), membersOf(b)];
  if (one.family !== other.family) return false;
  return one.name === null || other.name === null || one.name === other.name;
}

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['path.raw', 'path'],
  ['files.names', 'files'],
]);

/** The family that a target belongs to, and its member; null for all of them, or those of a pattern. */
function membersOf(target: string): { readonly family: string; readonly name: string | null } {
  const [, bracketed, inside] = /^([a-z.]+)\[(.*)\]$/s.exec(target) ?? [];
  if (bracketed !== undefined) {
    const isPattern = /^\/.+\/$/s.test(inside!);
    const isFolded = /headers(?:\.names)?$/.test(bracketed);
    const name = isFolded ? inside!.toLowerCase() : inside!;
    return { family: bracketed, name: isPattern ? null : name };
  }
  const [, member] = /^body\.json\.(\/.*)$/s.exec(target) ?? [];
  if (member !== undefined) return { family: 'body.json', name: member };
  return { family: SPELLINGS.get(target) ?? target.replace(/\.\*$/, ''), name: null };
}

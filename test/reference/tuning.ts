import type { InspectionRequest } from '../../src/engine/verdict.ts';
import type { Condition, Rule, WafConfig } from '../../src/rules/model.ts';
import type { Tuning } from '../../src/rules/tuning/tuning.ts';

/** What tuning makes of a configuration for one request: looked up entry by entry, nothing compiled. */
export function tunedFor(config: WafConfig, request: InspectionRequest): WafConfig {
  const here = (config.tuning ?? []).filter((entry) => isAbout(entry, request));
  const level = here.find(({ paranoia }) => paranoia !== undefined)?.paranoia ?? 4;
  const thresholds = here.find((entry) => entry.thresholds !== undefined)?.thresholds;
  return {
    ...config,
    tuning: [],
    thresholds: { ...config.thresholds, ...thresholds },
    rules: config.rules.flatMap((rule) => {
      const own = here.filter(({ rules = [] }) => rules.some((selector) => names(selector, rule)));
      if ((rule.paranoia ?? 1) > level || own.some(({ mode }) => mode === 'off')) return [];
      const except = own.flatMap((entry) => entry.except ?? []);
      const isShadow = own.some(({ mode }) => mode === 'shadow') && rule.mode === 'enforce';
      const when = except.length === 0 ? rule.when : blind(rule.when, except);
      return [{ ...rule, when, mode: isShadow ? 'shadow' : rule.mode } satisfies Rule];
    }),
  };
}

function isAbout({ path, method }: Tuning, request: InspectionRequest): boolean {
  if (method !== undefined && !method.includes(request.method)) return false;
  const [asked = ''] = request.uri.split('?', 1);
  return path === undefined || path.some((pattern) => isOn(pattern, asked));
}

function isOn(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) return path === pattern;
  if (/[^!-~]/.test(path) || isDoubtful(path)) return false;
  const isFolder = pattern.endsWith('/**');
  const wanted = (isFolder ? pattern.slice(0, -3) : pattern).split('/');
  const segments = path.split('/');
  if (isFolder ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, i) => isSegment(segment, segments[i]!));
}

function isSegment(pattern: string, segment: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === segment;
  if (!segment.startsWith(pattern.slice(0, star))) return false;
  const rest = pattern.slice(star + 1);
  for (let at = star; at <= segment.length; at++) {
    if (isSegment(rest, segment.slice(at))) return true;
  }
  return false;
}

function isDoubtful(path: string): boolean {
  const lower = path.toLowerCase();
  const segments = lower.slice(1).split('/');
  const escapes = ['%00', '%2e', '%2f', '%5c', '%u', '%c0', '%c1', '%e0%80'];
  return (
    lower.includes('//') ||
    lower.includes('\\') ||
    segments.some((segment) => ['.', '..'].includes(segment.split(';', 1)[0]!)) ||
    escapes.some((each) => lower.includes(each) || lower.includes(`%25${each.slice(1)}`)) ||
    lower.includes('%2525')
  );
}

function names(selector: string, { id, tags, score = {} }: Rule): boolean {
  const [, kind = 'id', wanted = ''] = /^(?:(tag|category):)?(.*)$/s.exec(selector)!;
  const found = kind === 'tag' ? tags : kind === 'category' ? Object.keys(score) : [id];
  const expression = wanted
    .split('*')
    .map((part) => part.replace(/\W/g, '\\$&'))
    .join('.*');
  return found.some((text) => new RegExp(`^${expression}$`, 's').test(text));
}

/** Every leaf that looks at values itself does without the targets. */
function blind(when: Condition, except: readonly string[]): Condition {
  if ('not' in when) return { not: blind(when.not, except) };
  if ('all' in when) return { all: when.all.map((member) => blind(member, except)) };
  if ('any' in when) return { any: when.any.map((member) => blind(member, except)) };
  if (when.on === 'matched') return when;
  return { ...when, except: [...(when.except ?? []), ...except] };
}

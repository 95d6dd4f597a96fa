import type { EventSettings } from '../../config/settings.ts';
import type { Match } from '../../engine/verdict.ts';
import type { TrafficEvent } from './event-ring.ts';

/** Names, in lower case, whose values are nobody's business. */
export type Secrets = Pick<EventSettings, 'redact_headers' | 'redact_parameters'>;

const ALWAYS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
const MASKED = { before: '', matched: '***', after: '' } as const;

/**
 * Takes excerpts of secrets out of events before they are kept: of credentials and cookies always, of
 * further headers and parameters as the settings say. Where a match lies stays known.
 */
export function createEventMask({
  redact_headers,
  redact_parameters,
}: Secrets): (event: TrafficEvent) => TrafficEvent {
  const headers = new Set([...ALWAYS, ...redact_headers.map((name) => name.toLowerCase())]);
  const parameters = new Set(redact_parameters.map((name) => name.toLowerCase()));
  const isSecret = (target: string) => isSecretTarget(target, headers, parameters);
  return (event) => {
    const { matches } = event;
    if (!matches.some(({ target, excerpt }) => excerpt !== null && isSecret(target))) return event;
    const mask = (match: Match) => (isSecret(match.target) ? { ...match, excerpt: MASKED } : match);
    return { ...event, matches: matches.map(mask) };
  };
}

function isSecretTarget(
  target: string,
  headers: ReadonlySet<string>,
  parameters: ReadonlySet<string>,
): boolean {
  if (/^cookies[.[]/.test(target)) return true;
  const named = /^(headers|response\.headers|query|body\.form)\[(.*)\]$/s.exec(target);
  if (named !== null) {
    const [, family = '', name = ''] = named;
    if (family.endsWith('headers')) return headers.has(name.toLowerCase());
    return isSecretName(name, parameters);
  }
  const pointer = /^body\.json\.(\/.*)$/s.exec(target)?.[1] ?? '';
  return pointer.split('/').some((step) => isSecretName(step, parameters));
}

/** A name is secret when it, or one of its words, is listed: `csrf_token`, `csrfToken` for `token`. */
function isSecretName(name: string, parameters: ReadonlySet<string>): boolean {
  if (parameters.has(name.toLowerCase())) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/);
  return words.some((word) => parameters.has(word.toLowerCase()));
}

import type { TrafficEvent } from '../traffic/event-ring.ts';

/** An event as it is shown: `at` is RFC 3339, and of each match `rule_index` is the place in the artifact. */
export function eventAnswer({ at, matches, ...event }: TrafficEvent) {
  return {
    at: new Date(at).toISOString(),
    ...event,
    matches: matches.map(({ ruleIndex, ...match }) => ({ ...match, rule_index: ruleIndex })),
  };
}

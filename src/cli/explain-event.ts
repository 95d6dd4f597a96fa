import type { Match } from '../engine/verdict.ts';
import type { ExplainedRequest } from '../evaluation/explain-request.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import type { ExplainedFile } from './explain-file.ts';

/** An event as the admin API of a node shows it; what an older node leaves out is undefined. */
interface NodeEvent {
  readonly request_id: string;
  readonly at: string;
  readonly client: string;
  readonly method: string;
  readonly uri: string;
  readonly action: ExplainedRequest['action'] | 'unavailable';
  readonly status: number | null;
  readonly revision: string | null;
  readonly rule: string | null;
  readonly reason: string;
  readonly score: Readonly<Record<string, number>>;
  readonly matches: readonly (Omit<Match, 'ruleIndex'> & { readonly rule_index: number })[];
}

/** What a node recorded of a request, in the form in which explanations are shown. */
export interface ExplainedEvent extends ExplainedFile {
  readonly event: NodeEvent;
}

/** Asks a node why it treated a request as it did. Throws CliFailure, also when it has forgotten. */
export async function explainEvent(client: ApiClient, requestId: string): Promise<ExplainedEvent> {
  const path = `/api/v1/events?request_id=${encodeURIComponent(requestId)}`;
  const { events = [] } = await client.get<{ events?: NodeEvent[] }>(path);
  const event = events[0];
  if (event === undefined) {
    throw new CliFailure(EXIT_CODE.refused, `the node has no event of request ${requestId}`, {
      hint: 'A node keeps the last 1,000 requests in which something was found. Ask the node that answered.',
    });
  }
  return {
    id: requestId,
    method: event.method,
    uri: event.uri,
    explained: explained(event),
    event,
  };
}

function explained({ action, rule, reason, score, matches }: NodeEvent): ExplainedRequest {
  return {
    action: action === 'unavailable' ? 'block' : action,
    blocked_by: blockedBy(action, rule, reason),
    ...{ rule, reason, steps: 0, failed: action === 'unavailable', truncated: false },
    score: Object.entries(score)
      .map(([category, points]) => ({ category, points, threshold: null }))
      .sort((a, b) => b.points - a.points),
    matches: matches.map(({ rule_index, ...match }) => ({
      ...match,
      ruleIndex: rule_index,
      transforms: match.transforms ?? [],
      excerpt: match.excerpt ?? null,
      to_blame: !match.shadow && match.rule === rule,
      adds: {},
    })),
  };
}

function blockedBy(
  action: NodeEvent['action'],
  rule: string | null,
  reason: string,
): ExplainedRequest['blocked_by'] {
  if (action !== 'block') return null;
  if (rule !== null) return { by: 'rule', rules: [rule] };
  return { by: reason === 'budget' ? 'budget' : 'threshold', rules: [] };
}

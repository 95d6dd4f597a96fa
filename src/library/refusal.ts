import type { WafVerdict } from './waf-verdict.ts';

/** The answer to a blocked request. It names no rule: that would help whoever looks for a way around. */
export interface Refusal {
  readonly status: number;
  readonly body: { readonly error: 'blocked' | 'unavailable' };
}

/** Null when the request may pass. What a rate limit means is for the application to say. */
export function refusalOf({ action, status = 403, failure }: WafVerdict): Refusal | null {
  if (action !== 'block') return null;
  const error = failure === undefined || failure === 'budget' ? 'blocked' : 'unavailable';
  return { status, body: { error } };
}

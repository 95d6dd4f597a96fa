const REASONS: Readonly<Record<number, string>> = {
  400: 'The body or the query cannot be read.',
  401: 'No valid API key.',
  403: 'The key lacks the role.',
  404: 'There is no such thing.',
  409: 'In conflict with what is there.',
  413: 'Too large.',
  415: 'Wrong content type.',
  422: 'Readable but invalid.',
  429: 'Too many requests.',
  501: 'Not offered by this system.',
  503: 'Not possible now; nothing was changed.',
};

/** Responses of a route with a role: 401, 403 and 429, and the `statuses` that are particular to it. */
export function refusals(...statuses: readonly number[]): Record<number, object> {
  return Object.fromEntries(
    [401, 403, 429, ...statuses].map((status) => [
      status,
      { description: REASONS[status], $ref: 'Error#' },
    ]),
  );
}

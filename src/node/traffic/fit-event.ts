import type { ObservedRequest } from '../../fleet/shapes/observed-request.ts';

const LONG_HEADER = 256;
const MANY_HEADERS = 48;
const LONG_URI = 512;

/** What is given up, in this order, until the event fits. Each step names in `missing` what it took. */
const STEPS: readonly ((event: ObservedRequest) => ObservedRequest)[] = [
  (event) =>
    event.body === null ? event : { ...event, body: null, missing: and(event, ['body.raw']) },
  (event) => {
    const kept = event.headers.slice(0, MANY_HEADERS);
    const cut = kept.filter(([, value]) => value.length > LONG_HEADER);
    return {
      ...event,
      headers: kept.map(([name, value]) => [name.slice(0, 64), value.slice(0, LONG_HEADER)]),
      missing: and(event, [
        ...cut.map(([name]) => `headers[${name.slice(0, 64).toLowerCase()}]`),
        ...(kept.length < event.headers.length ? ['headers.*'] : []),
      ]),
    };
  },
  (event) =>
    event.uri.length <= LONG_URI
      ? event
      : { ...event, uri: event.uri.slice(0, LONG_URI), missing: and(event, ['uri']) },
  (event) => ({ ...event, headers: [], missing: ['*'] }),
];

/** The event in at most `maxBytes` of JSON, or null when even its smallest form is longer. */
export function fitEvent(event: ObservedRequest, maxBytes: number): ObservedRequest | null {
  let smaller = event;
  if (sizeOf(smaller) <= maxBytes) return smaller;
  for (const step of STEPS) {
    smaller = step(smaller);
    if (sizeOf(smaller) <= maxBytes) return smaller;
  }
  return null;
}

function sizeOf(event: ObservedRequest): number {
  return Buffer.byteLength(JSON.stringify(event));
}

function and({ missing }: ObservedRequest, targets: readonly string[]): string[] {
  return [...new Set([...missing, ...targets])];
}

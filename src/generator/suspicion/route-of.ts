const MAX_SEGMENTS = 8;
const MAX_SEGMENT_LENGTH = 40;

/**
 * The route of a request: method and path with numbers and ids folded, so that `/users/17` and `/users/4`
 * are one. At most 8 segments count; the result has less than 400 characters.
 */
export function routeOf(method: string, uri: string): string {
  const question = uri.indexOf('?');
  const path = question < 0 ? uri : uri.slice(0, question);
  const segments = path.split('/', MAX_SEGMENTS + 2).slice(1);
  const folded = segments.slice(0, MAX_SEGMENTS).map(foldSegment);
  const rest = segments.length > MAX_SEGMENTS ? '/…' : '';
  return `${method.slice(0, 16)} /${folded.join('/')}${rest}`;
}

function foldSegment(segment: string): string {
  if (/^-?\d+$/.test(segment)) return '{number}';
  if (segment.length > MAX_SEGMENT_LENGTH) return '{long}';
  if (/^[0-9a-f]{8}-[0-9a-f-]{13,27}$/i.test(segment)) return '{id}';
  // A word of eight letters is a word; letters and digits together are an id.
  if (/^[0-9a-z_-]{8,}$/i.test(segment) && /\d.*\d/.test(segment)) return '{id}';
  return segment;
}

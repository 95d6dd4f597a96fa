/** The fields of a short-form rule and the target each stands for. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['uri', 'uri'],
  ['method', 'method'],
  ['sourceip', 'client.ip'],
  ['version', 'version'],
  ['body', 'body.raw'],
]);

/** As documented; accepted in any case. */
export const FIELD_SPELLINGS = [
  'URI',
  'Method',
  'SourceIP',
  'Version',
  'Body',
  'Header:<name>',
] as const;

/** A header name is a token (RFC 9110). */
const HEADER = /^header:([!#$%&'*+.^_`|~0-9a-z-]{1,128})$/;

/** The target of a field, or undefined when there is no such field. */
export function fieldTarget(field: string): { target: string; first: boolean } | undefined {
  const folded = field.toLowerCase();
  const target = FIELDS.get(folded);
  if (target !== undefined) return { target, first: false };
  const header = HEADER.exec(folded);
  return header === null ? undefined : { target: `headers[${header[1]}]`, first: true };
}

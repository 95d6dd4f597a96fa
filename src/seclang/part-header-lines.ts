/**
 * MULTIPART_PART_HEADERS holds whole lines, `Name: value`; the engine keeps names and values apart. A
 * regular expression on the line becomes one on the name, the value, or the header with a certain name.
 */
export type LineTest =
  | { readonly kind: 'member'; readonly name: string; readonly regex: string }
  | { readonly kind: 'names' | 'values'; readonly regex: string };

/** null when the regular expression cannot be told apart into name and value. */
export function splitLineRegex(regex: string): readonly LineTest[] | null {
  const member = /^\^([\w-]+)(?:\\s\*)?:(?:\\s\*)?(\(\.\*\))\$?$/.exec(regex);
  if (member !== null) return [{ kind: 'member', name: member[1]!, regex: '^(.*)$' }];
  const ends = /^([^^].*[^\\]):(?:\(\.\*\))?$/s.exec(regex);
  if (ends === null) return null;
  return [
    { kind: 'names', regex: `(?:${ends[1]})$` },
    { kind: 'values', regex },
  ];
}

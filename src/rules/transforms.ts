/** Every transform of the rule language, in alphabetical order; SecLang names in snake case. */
export const TRANSFORMS = [
  'base64_decode',
  'base64_decode_ext',
  'base64_encode',
  'cmd_line',
  'compress_whitespace',
  'css_decode',
  'escape_seq_decode',
  'hex_decode',
  'hex_encode',
  'html_entity_decode',
  'js_decode',
  'length',
  'lowercase',
  'md5',
  'normalize_path',
  'normalize_path_win',
  'remove_comments',
  'remove_comments_char',
  'remove_nulls',
  'remove_whitespace',
  'replace_comments',
  'replace_nulls',
  'sha1',
  'sql_hex_decode',
  'trim',
  'trim_left',
  'trim_right',
  'uppercase',
  'url_decode',
  'url_decode_uni',
  'url_encode',
  'utf8_to_unicode',
] as const;

export type Transform = (typeof TRANSFORMS)[number];

const SPELLINGS: ReadonlyMap<string, Transform> = new Map<string, Transform>([
  ...TRANSFORMS.map((name) => [fold(name), name] as const),
  ['normalisepath', 'normalize_path'],
  ['normalisepathwin', 'normalize_path_win'],
  ['compressws', 'compress_whitespace'],
  ['removews', 'remove_whitespace'],
]);

/** The canonical name of a transform written in our spelling or SecLang's (`urlDecodeUni`, `t:trim`). */
export function canonicalTransform(written: string): Transform | undefined {
  return SPELLINGS.get(fold(written));
}

function fold(name: string): string {
  return name.toLowerCase().replace(/^t:/, '').replaceAll('_', '');
}

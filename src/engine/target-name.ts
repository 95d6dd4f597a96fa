import {
  KIND_ARGS_COMBINED_SIZE,
  KIND_BODY_ERROR,
  KIND_BODY_FORM,
  KIND_BODY_JSON,
  KIND_BODY_XML_ATTRIBUTES,
  KIND_BODY_XML_ATTRIBUTES_NAMES,
  KIND_BODY_XML_TEXT,
  KIND_COOKIES,
  KIND_FACTS,
  KIND_FILES,
  KIND_FILES_COMBINED_SIZE,
  KIND_FILES_NAMES,
  KIND_HEADERS,
  KIND_NAMES,
  KIND_PART_HEADERS,
  KIND_PART_HEADERS_NAMES,
  KIND_QUERY,
  KIND_RESPONSE_HEADERS,
} from '../config/layout.gen.ts';

/** Kinds whose spelling is not their name with dots. */
const SPELLINGS: ReadonlyMap<number, string> = new Map([
  [KIND_FILES, 'files.*'],
  [KIND_FILES_NAMES, 'files.fields'],
  [KIND_PART_HEADERS, 'body.parts.headers'],
  [KIND_PART_HEADERS_NAMES, 'body.parts.headers.names'],
  [KIND_BODY_XML_TEXT, 'body.xml.text'],
  [KIND_BODY_XML_ATTRIBUTES, 'body.xml.attributes'],
  [KIND_BODY_XML_ATTRIBUTES_NAMES, 'body.xml.attributes.names'],
  [KIND_BODY_ERROR, 'body.error'],
  [KIND_ARGS_COMBINED_SIZE, 'args.combined_size'],
  [KIND_FILES_COMBINED_SIZE, 'files.combined_size'],
]);

const BRACKETED: ReadonlySet<number> = new Set([
  KIND_QUERY,
  KIND_HEADERS,
  KIND_COOKIES,
  KIND_BODY_FORM,
  KIND_PART_HEADERS,
  KIND_BODY_XML_ATTRIBUTES,
  KIND_RESPONSE_HEADERS,
]);

const FOLDED: ReadonlySet<number> = new Set([
  KIND_HEADERS,
  KIND_PART_HEADERS,
  KIND_RESPONSE_HEADERS,
]);

/**
 * A target as a rule writes it: `uri`, `query[id]`, `headers[user-agent]`, `body.json./a/b`,
 * `tls.version`; '' for an unknown kind.
 */
export function targetName(kind: number, name: string): string {
  if (kind === KIND_FACTS) return name;
  const family = SPELLINGS.get(kind) ?? (KIND_NAMES.get(kind) ?? '').replaceAll('_', '.');
  if (kind === KIND_BODY_JSON) return name === '' ? `${family}.*` : `${family}.${name}`;
  if (!BRACKETED.has(kind)) return family;
  return `${family}[${FOLDED.has(kind) ? name.toLowerCase() : name}]`;
}

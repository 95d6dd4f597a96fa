import {
  KIND_ARGS_COMBINED_SIZE,
  KIND_BODY_ERROR,
  KIND_BODY_FORM,
  KIND_BODY_FORM_NAMES,
  KIND_BODY_JSON,
  KIND_BODY_JSON_NAMES,
  KIND_BODY_RAW,
  KIND_BODY_XML_ATTRIBUTES,
  KIND_BODY_XML_ATTRIBUTES_NAMES,
  KIND_BODY_XML_TEXT,
  KIND_CLIENT_IP,
  KIND_COOKIES,
  KIND_COOKIES_NAMES,
  KIND_FILES,
  KIND_FILES_COMBINED_SIZE,
  KIND_FILES_NAMES,
  KIND_HEADERS,
  KIND_HEADERS_NAMES,
  KIND_METHOD,
  KIND_PART_HEADERS,
  KIND_PART_HEADERS_NAMES,
  KIND_PATH,
  KIND_PATH_BASENAME,
  KIND_PATH_SEGMENTS,
  KIND_QUERY,
  KIND_QUERY_NAMES,
  KIND_QUERY_RAW,
  KIND_REQUEST_LINE,
  KIND_RESPONSE_BODY,
  KIND_RESPONSE_HEADERS,
  KIND_RESPONSE_HEADERS_NAMES,
  KIND_RESPONSE_STATUS,
  KIND_URI,
  KIND_VERSION,
  TRANSFORM_NAMES,
} from '../config/layout.gen.ts';
import type { Operator } from '../rules/model.ts';

/** Targets that select every value of a kind. */
export const PLAIN_TARGETS: ReadonlyMap<string, number> = new Map([
  ['method', KIND_METHOD],
  ['uri', KIND_URI],
  ['path', KIND_PATH],
  ['path.raw', KIND_PATH],
  ['path.segments', KIND_PATH_SEGMENTS],
  ['path.basename', KIND_PATH_BASENAME],
  ['request.line', KIND_REQUEST_LINE],
  ['query.raw', KIND_QUERY_RAW],
  ['query.*', KIND_QUERY],
  ['query.names', KIND_QUERY_NAMES],
  ['headers.*', KIND_HEADERS],
  ['headers.names', KIND_HEADERS_NAMES],
  ['cookies.*', KIND_COOKIES],
  ['cookies.names', KIND_COOKIES_NAMES],
  ['body.raw', KIND_BODY_RAW],
  ['body.form.*', KIND_BODY_FORM],
  ['body.form.names', KIND_BODY_FORM_NAMES],
  ['body.json.*', KIND_BODY_JSON],
  ['body.json.names', KIND_BODY_JSON_NAMES],
  ['body.parts.headers.*', KIND_PART_HEADERS],
  ['body.parts.headers.names', KIND_PART_HEADERS_NAMES],
  ['body.xml.text', KIND_BODY_XML_TEXT],
  ['body.xml.attributes.*', KIND_BODY_XML_ATTRIBUTES],
  ['body.xml.attributes.names', KIND_BODY_XML_ATTRIBUTES_NAMES],
  ['body.error', KIND_BODY_ERROR],
  ['files.*', KIND_FILES],
  ['files.names', KIND_FILES],
  ['files.fields', KIND_FILES_NAMES],
  ['client.ip', KIND_CLIENT_IP],
  ['version', KIND_VERSION],
  ['args.combined_size', KIND_ARGS_COMBINED_SIZE],
  ['files.combined_size', KIND_FILES_COMBINED_SIZE],
  ['response.status', KIND_RESPONSE_STATUS],
  ['response.headers.*', KIND_RESPONSE_HEADERS],
  ['response.headers.names', KIND_RESPONSE_HEADERS_NAMES],
  ['response.body', KIND_RESPONSE_BODY],
]);

/** Targets written with a name in brackets: `headers[user-agent]`. */
export const NAMED_TARGETS: ReadonlyMap<string, number> = new Map([
  ['query', KIND_QUERY],
  ['headers', KIND_HEADERS],
  ['cookies', KIND_COOKIES],
  ['body.form', KIND_BODY_FORM],
  ['body.parts.headers', KIND_PART_HEADERS],
  ['body.xml.attributes', KIND_BODY_XML_ATTRIBUTES],
  ['query.names', KIND_QUERY_NAMES],
  ['headers.names', KIND_HEADERS_NAMES],
  ['cookies.names', KIND_COOKIES_NAMES],
  ['body.form.names', KIND_BODY_FORM_NAMES],
  ['body.json.names', KIND_BODY_JSON_NAMES],
  ['body.parts.headers.names', KIND_PART_HEADERS_NAMES],
  ['body.xml.attributes.names', KIND_BODY_XML_ATTRIBUTES_NAMES],
  ['response.headers', KIND_RESPONSE_HEADERS],
  ['response.headers.names', KIND_RESPONSE_HEADERS_NAMES],
]);

/** Targets whose member may be written as a pattern of names: `cookies[/^_ga/]`. */
export const PATTERNED_TARGETS: ReadonlyMap<string, number> = new Map([
  ...NAMED_TARGETS,
  ['body.json', KIND_BODY_JSON],
]);

/** Kinds of which a request has no more than one value. */
export const SINGLE_KINDS: ReadonlySet<number> = new Set([
  KIND_METHOD,
  KIND_URI,
  KIND_PATH,
  KIND_PATH_BASENAME,
  KIND_QUERY_RAW,
  KIND_BODY_RAW,
  KIND_BODY_ERROR,
  KIND_CLIENT_IP,
  KIND_REQUEST_LINE,
  KIND_VERSION,
  KIND_ARGS_COMBINED_SIZE,
  KIND_FILES_COMBINED_SIZE,
  KIND_RESPONSE_STATUS,
  KIND_RESPONSE_BODY,
]);

/** Kinds whose values are names of fields. */
export const NAME_KINDS: ReadonlySet<number> = new Set([
  KIND_QUERY_NAMES,
  KIND_HEADERS_NAMES,
  KIND_COOKIES_NAMES,
  KIND_BODY_FORM_NAMES,
  KIND_BODY_JSON_NAMES,
  KIND_PART_HEADERS_NAMES,
  KIND_BODY_XML_ATTRIBUTES_NAMES,
  KIND_RESPONSE_HEADERS_NAMES,
]);

/** Kinds whose names are equal in any case. */
export const FOLDED_KINDS: ReadonlySet<number> = new Set([
  KIND_HEADERS,
  KIND_HEADERS_NAMES,
  KIND_PART_HEADERS,
  KIND_PART_HEADERS_NAMES,
  KIND_RESPONSE_HEADERS,
  KIND_RESPONSE_HEADERS_NAMES,
]);

/** Every target that a rule may use today, as it is written. */
export const SUPPORTED_TARGETS: readonly string[] = [
  ...PLAIN_TARGETS.keys(),
  ...[...NAMED_TARGETS.keys()].map((name) => `${name}[name]`),
  ...[...PATTERNED_TARGETS.keys()].map((name) => `${name}[/pattern/]`),
  'body.json./pointer',
  'tls.version',
  'tls.cipher',
  'tls.sni',
  'tls.ja3',
  'tls.ja4',
  'ctx.name',
  'score.category',
];

/** Transform name → code. */
export const TRANSFORM_CODES: ReadonlyMap<string, number> = new Map(
  [...TRANSFORM_NAMES].map(([code, name]) => [name, code]),
);

export const SUPPORTED_TRANSFORMS: readonly string[] = [...TRANSFORM_CODES.keys()];

/** Operators that the engine serves. */
export const SUPPORTED_OPERATORS: readonly Operator[] = [
  'equals',
  'in',
  'contains',
  'starts_with',
  'ends_with',
  'glob',
  'regex',
  'phrases',
  'within',
  'ip_in',
  'length',
  'exists',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'byte_range',
  'valid_utf8',
  'valid_url_encoding',
  'is_sqli',
  'is_xss',
];

import * as L from '../config/layout.gen.ts';
import type { Selector } from './program-model.ts';

/** What the limits of a request say about the values it can have. */
export const RECORD = L.REQUEST_MAX_RECORD_BYTES;
export const FIELDS = L.REQUEST_MAX_VALUES;
/** Every field shows at most a value and a name. */
export const VIEWS = 2 * FIELDS;

/** Kinds of one group share out the bytes that they are made of; groups repeat them. */
const URI_GROUPS = [
  [L.KIND_URI],
  [L.KIND_REQUEST_LINE],
  [L.KIND_PATH, L.KIND_QUERY_RAW],
  [L.KIND_PATH_SEGMENTS, L.KIND_QUERY, L.KIND_QUERY_NAMES],
  [L.KIND_PATH_BASENAME],
];
const HEADER_GROUPS = [
  [L.KIND_HEADERS, L.KIND_HEADERS_NAMES, L.KIND_FACTS, L.KIND_FACTS_NAMES],
  [L.KIND_COOKIES, L.KIND_COOKIES_NAMES],
];
const RESPONSE_HEADERS = [L.KIND_RESPONSE_HEADERS, L.KIND_RESPONSE_HEADERS_NAMES];
const BODY_GROUPS = [
  [L.KIND_BODY_RAW],
  [
    L.KIND_BODY_FORM,
    L.KIND_BODY_FORM_NAMES,
    L.KIND_BODY_JSON,
    L.KIND_BODY_JSON_NAMES,
    L.KIND_FILES,
    L.KIND_FILES_NAMES,
    L.KIND_PART_HEADERS,
    L.KIND_PART_HEADERS_NAMES,
    L.KIND_BODY_XML_TEXT,
    L.KIND_BODY_XML_ATTRIBUTES,
    L.KIND_BODY_XML_ATTRIBUTES_NAMES,
  ],
  // A part may name its file twice.
  [L.KIND_FILES_NAMES],
];
const SINGLE = [
  L.KIND_METHOD,
  L.KIND_CLIENT_IP,
  L.KIND_VERSION,
  L.KIND_BODY_ERROR,
  L.KIND_RESPONSE_STATUS,
  L.KIND_ARGS_COMBINED_SIZE,
  L.KIND_FILES_COMBINED_SIZE,
];
/** Names of JSON values are pointers, which repeat the names around them. */
const POINTER_BYTES = (L.MAX_POINTER_BYTES + 2) * FIELDS;

/**
 * The most that values can cost when a byte of a kind costs `rate(kind)`: the whole record is of that
 * sort of which a byte costs most, but for the body, which is limited. A record has the body of a request
 * or that of a response.
 */
export function bytesPerSource(rate: (kind: number) => number): number {
  const perByte = (groups: readonly (readonly number[])[]) =>
    groups.reduce((total, group) => total + Math.max(...group.map(rate)), 0);
  const rest = Math.max(
    perByte(URI_GROUPS),
    perByte(HEADER_GROUPS),
    perByte([RESPONSE_HEADERS]),
    ...SINGLE.map(rate),
  );
  const ofBody = Math.max(perByte(BODY_GROUPS), rate(L.KIND_RESPONSE_BODY));
  const body = Math.max(0, ofBody - rest) * L.REQUEST_MAX_BODY_BYTES;
  return rest * RECORD + body + rate(L.KIND_BODY_JSON_NAMES) * POINTER_BYTES;
}

/** Finding out, once per field and request, whether an earlier one has its name. */
export function firstCost(selectors: readonly Selector[]): number {
  const names = new Map(
    selectors
      .filter(({ flags }) => (flags & L.SELECTOR_IS_FIRST) !== 0)
      .map((selector) => [`${selector.kind} ${selector.name}`, selector] as const),
  );
  return [...names.values()].reduce((total, { kind, name }) => {
    const fields = namesakes(kind, name.length);
    return total + fields * (FIELDS + fields * name.length);
  }, 0);
}

/** Asking once per view whether a set of targets selects it. */
export function setSteps(selectors: readonly Selector[]): number {
  const names = selectors.filter(({ flags }) => (flags & L.SELECTOR_IS_NAMED) !== 0);
  const letters = names.reduce((sum, { name }) => sum + name.length, 0);
  return VIEWS * (1 + selectors.length) + FIELDS * letters;
}

/** How many fields of a kind can have names of a length. */
function namesakes(kind: number, length: number): number {
  const isHeader = kind === L.KIND_HEADERS || kind === L.KIND_RESPONSE_HEADERS;
  const most = isHeader ? L.REQUEST_MAX_HEADERS : FIELDS;
  return Math.min(most, Math.floor(RECORD / (length + 1)));
}

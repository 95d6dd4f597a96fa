import * as L from '../../src/config/layout.gen.ts';

/** Kind of a field → family, as the reference names it. */
export const FAMILIES: ReadonlyMap<number, string> = new Map([
  [L.KIND_METHOD, 'method'],
  [L.KIND_URI, 'uri'],
  [L.KIND_PATH, 'path'],
  [L.KIND_QUERY_RAW, 'query.raw'],
  [L.KIND_QUERY, 'query'],
  [L.KIND_HEADERS, 'headers'],
  [L.KIND_COOKIES, 'cookies'],
  [L.KIND_BODY_RAW, 'body.raw'],
  [L.KIND_BODY_FORM, 'body.form'],
  [L.KIND_CLIENT_IP, 'client.ip'],
  [L.KIND_VERSION, 'version'],
  [L.KIND_REQUEST_LINE, 'request.line'],
  [L.KIND_PATH_SEGMENTS, 'path.segments'],
  [L.KIND_PATH_BASENAME, 'path.basename'],
  [L.KIND_BODY_JSON, 'body.json'],
  [L.KIND_FILES, 'files'],
  [L.KIND_PART_HEADERS, 'body.parts.headers'],
  [L.KIND_BODY_XML_TEXT, 'body.xml.text'],
  [L.KIND_BODY_XML_ATTRIBUTES, 'body.xml.attributes'],
  [L.KIND_FACTS, 'facts'],
  [L.KIND_BODY_ERROR, 'body.error'],
]);

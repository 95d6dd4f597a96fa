/** What a target's values are, which decides the operators that make sense. */
export type TargetKind = 'text' | 'bytes' | 'address' | 'number';

export interface TargetDefinition {
  readonly name: string;
  readonly kind: TargetKind;
  /** `name[selector]` picks one member: a header, a query parameter. */
  readonly selector: 'none' | 'required';
  /** Every request (or response) has a value, so that `exists` on it says nothing. */
  readonly always: boolean;
}

/** A target as written in a rule, in canonical spelling. */
export interface Target {
  readonly definition: TargetDefinition;
  readonly selector?: string;
  /** The selector is a regular expression, which several names can match. */
  readonly isPattern?: boolean;
  /** e.g. `headers[user-agent]` */
  readonly text: string;
}

const text = (name: string): TargetDefinition => define(name, 'text', 'none');
const member = (name: string): TargetDefinition => define(name, 'text', 'required');
const every = (definition: TargetDefinition): TargetDefinition => ({ ...definition, always: true });

/** Every target of the rule language. Which of them the engine serves is the compiler's business. */
export const TARGETS: readonly TargetDefinition[] = [
  every(text('method')),
  every(text('uri')),
  every(text('path')),
  every(text('path.raw')),
  text('path.segments'),
  text('path.basename'),
  every(text('request.line')),
  text('query.raw'),
  text('query.*'),
  text('query.names'),
  member('query'),
  member('query.names'),
  text('headers.*'),
  text('headers.names'),
  member('headers'),
  member('headers.names'),
  text('cookies.*'),
  text('cookies.names'),
  member('cookies'),
  member('cookies.names'),
  define('body.raw', 'bytes', 'none'),
  text('body.form.*'),
  text('body.form.names'),
  member('body.form'),
  member('body.form.names'),
  text('body.json.*'),
  text('body.json.names'),
  member('body.json'),
  member('body.json.names'),
  text('body.parts.headers.*'),
  text('body.parts.headers.names'),
  member('body.parts.headers'),
  member('body.parts.headers.names'),
  text('body.xml.text'),
  text('body.xml.attributes.*'),
  text('body.xml.attributes.names'),
  member('body.xml.attributes'),
  member('body.xml.attributes.names'),
  text('body.error'),
  text('files.*'),
  text('files.names'),
  text('files.fields'),
  every(define('args.combined_size', 'number', 'none')),
  every(define('files.combined_size', 'number', 'none')),
  every(define('client.ip', 'address', 'none')),
  every(text('version')),
  text('tls.version'),
  text('tls.cipher'),
  text('tls.sni'),
  text('tls.ja3'),
  text('tls.ja4'),
  member('ctx'),
  every(define('response.status', 'number', 'none')),
  text('response.headers.*'),
  text('response.headers.names'),
  member('response.headers'),
  member('response.headers.names'),
  define('response.body', 'bytes', 'none'),
  define('score', 'number', 'required'),
];

const CAPTURED: TargetDefinition = define('capture', 'text', 'none');

/** Families whose member is part of the name: `body.json./a/b`, `ctx.country`, `score.sqli`. */
const DOTTED: readonly { readonly prefix: string; readonly name: string }[] = [
  { prefix: 'ctx.', name: 'ctx' },
  { prefix: 'score.', name: 'score' },
];

/** Families whose member stands in brackets. */
const BRACKETED: ReadonlySet<string> = new Set([
  'query',
  'query.names',
  'headers',
  'headers.names',
  'cookies',
  'cookies.names',
  'body.form',
  'body.form.names',
  'body.json.names',
  'body.parts.headers',
  'body.parts.headers.names',
  'body.xml.attributes',
  'body.xml.attributes.names',
  'response.headers',
  'response.headers.names',
]);

/** Members whose name matches a regular expression stand between slashes: `cookies[/^_ga/]`. */
const PATTERN = /^([a-z.]+)\[\/(\P{Cc}{1,250})\/\]$/u;
/** What a condition before has captured: `${id.1}`. */
const CAPTURE = /^\$\{[A-Za-z_]\w*\.\d\}$/;

const BY_NAME = new Map(TARGETS.map((target) => [`${target.name}|${target.selector}`, target]));
const SELECTOR = /^[^\][\p{Cc}]{1,256}$/u;

/** What may be written where a target is expected; for suggestions. */
export const TARGET_SPELLINGS: readonly string[] = [
  ...TARGETS.filter(({ selector }) => selector === 'none').map(({ name }) => name),
  'query[name]',
  'headers[name]',
  'cookies[name]',
  'body.form[name]',
  'body.json./pointer',
  'body.parts.headers[name]',
  'body.xml.attributes[name]',
  'response.headers[name]',
  'query.names[name]',
  'cookies[/pattern/]',
  'ctx.name',
  'score.category',
];

const ARGS_GET = ['query.*'];
const ARGS_POST = ['body.form.*', 'body.json.*'];
const ARGS_GET_NAMES = ['query.names'];
const ARGS_POST_NAMES = ['body.form.names', 'body.json.names'];

/** SecLang variable → targets. */
const SECLANG: ReadonlyMap<string, readonly string[]> = new Map([
  ['ARGS', [...ARGS_GET, ...ARGS_POST]],
  ['ARGS_NAMES', [...ARGS_GET_NAMES, ...ARGS_POST_NAMES]],
  ['ARGS_GET', ARGS_GET],
  ['ARGS_GET_NAMES', ARGS_GET_NAMES],
  ['ARGS_POST', ARGS_POST],
  ['ARGS_POST_NAMES', ARGS_POST_NAMES],
  ['ARGS_COMBINED_SIZE', ['args.combined_size']],
  ['FILES', ['files.*']],
  ['FILES_NAMES', ['files.fields']],
  ['FILES_COMBINED_SIZE', ['files.combined_size']],
  ['MULTIPART_FILENAME', ['files.*']],
  ['MULTIPART_PART_HEADERS', ['body.parts.headers.*']],
  ['QUERY_STRING', ['query.raw']],
  ['REMOTE_ADDR', ['client.ip']],
  ['REQBODY_ERROR', ['body.error']],
  ['REQUEST_BASENAME', ['path.basename']],
  ['REQUEST_BODY', ['body.raw']],
  ['REQUEST_COOKIES', ['cookies.*']],
  ['REQUEST_COOKIES_NAMES', ['cookies.names']],
  ['REQUEST_FILENAME', ['path']],
  ['REQUEST_HEADERS', ['headers.*']],
  ['REQUEST_HEADERS_NAMES', ['headers.names']],
  ['REQUEST_LINE', ['request.line']],
  ['REQUEST_METHOD', ['method']],
  ['REQUEST_PROTOCOL', ['version']],
  ['REQUEST_URI', ['uri']],
  ['REQUEST_URI_RAW', ['uri']],
  ['RESPONSE_BODY', ['response.body']],
  ['RESPONSE_HEADERS', ['response.headers.*']],
  ['RESPONSE_HEADERS_NAMES', ['response.headers.names']],
  ['RESPONSE_STATUS', ['response.status']],
  ['XML', ['body.xml.text', 'body.xml.attributes.*']],
  ['XML:/*', ['body.xml.text']],
  ['XML://@*', ['body.xml.attributes.*']],
]);

/** Reads one target name, e.g. `query[id]`, `headers[User-Agent]`, `body.json./a/b`. */
export function parseTarget(written: string): Target | undefined {
  const plain = BY_NAME.get(`${written}|none`);
  if (plain !== undefined) return { definition: plain, text: written };
  if (written.startsWith('body.json./') && SELECTOR.test(written)) {
    return select('body.json', written.slice('body.json.'.length), written);
  }
  if (CAPTURE.test(written)) return { definition: CAPTURED, text: written };
  const pattern = PATTERN.exec(written);
  if (pattern !== null) return selectPattern(pattern[1]!, pattern[2]!, written);
  const dotted = DOTTED.find(({ prefix }) => written.startsWith(prefix));
  if (dotted !== undefined)
    return select(dotted.name, written.slice(dotted.prefix.length), written);
  const bracket = /^([a-z.]+)\[(.*)\]$/.exec(written);
  if (bracket === null || !BRACKETED.has(bracket[1]!)) return undefined;
  const name = bracket[1]!;
  const selector = /headers(?:\.names)?$/.test(name) ? bracket[2]!.toLowerCase() : bracket[2]!;
  return select(name, selector, `${name}[${selector}]`);
}

/** Replaces a SecLang variable by our targets; anything else stays as it is, in canonical spelling. */
export function canonicalTargets(written: string): readonly string[] {
  const whole = SECLANG.get(written.toUpperCase());
  if (whole !== undefined) return whole;
  const [variable = '', selector] = split(written);
  const targets = SECLANG.get(variable.toUpperCase());
  if (targets === undefined) return [parseTarget(written)?.text ?? written];
  if (selector === undefined) return targets;
  return targets.map((target) => parseTarget(memberOf(target, selector))?.text ?? written);
}

/** `query.*` and `id` → `query[id]`; of JSON the member of the outermost object. */
function memberOf(target: string, selector: string): string {
  if (target !== 'body.json.*') return target.replace(/\.\*$/, `[${selector}]`);
  return `body.json./${selector.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function split(written: string): [string, string | undefined] {
  const colon = written.indexOf(':');
  return colon === -1 ? [written, undefined] : [written.slice(0, colon), written.slice(colon + 1)];
}

function select(name: string, selector: string, canonical: string): Target | undefined {
  const definition = BY_NAME.get(`${name}|required`);
  if (definition === undefined || !SELECTOR.test(selector)) return undefined;
  return { definition, selector, text: canonical };
}

function selectPattern(name: string, selector: string, text: string): Target | undefined {
  const definition = BY_NAME.get(`${name}|required`);
  const isFamily = BRACKETED.has(name) || name === 'body.json';
  return definition === undefined || !isFamily
    ? undefined
    : { definition, selector, isPattern: true, text };
}

function define(
  name: string,
  kind: TargetKind,
  selector: TargetDefinition['selector'],
): TargetDefinition {
  return { name, kind, selector, always: false };
}

/** What a target's values are, which decides the operators that make sense. */
export type TargetKind = 'text' | 'bytes' | 'address' | 'number';

export interface TargetDefinition {
  readonly name: string;
  readonly kind: TargetKind;
  /** `name[selector]` picks one member: a header, a query parameter. */
  readonly selector: 'none' | 'required';
  /** Every request has a value, so that `exists` on it says nothing. */
  readonly always: boolean;
}

/** A target as written in a rule, in canonical spelling. */
export interface Target {
  readonly definition: TargetDefinition;
  readonly selector?: string;
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
  text('query.raw'),
  text('query.*'),
  text('query.names'),
  member('query'),
  text('headers.*'),
  text('headers.names'),
  member('headers'),
  text('cookies.*'),
  text('cookies.names'),
  member('cookies'),
  define('body.raw', 'bytes', 'none'),
  text('body.form.*'),
  text('body.form.names'),
  member('body.form'),
  text('body.json.*'),
  text('files.names'),
  every(define('client.ip', 'address', 'none')),
  every(text('version')),
  text('tls.version'),
  text('tls.cipher'),
  text('tls.sni'),
  text('tls.ja3'),
  text('tls.ja4'),
  member('ctx'),
  define('score', 'number', 'required'),
];

/** Families whose member is part of the name: `body.json./a/b`, `ctx.country`, `score.sqli`. */
const DOTTED: readonly { readonly prefix: string; readonly name: string }[] = [
  { prefix: 'ctx.', name: 'ctx' },
  { prefix: 'score.', name: 'score' },
];

const BY_NAME = new Map(TARGETS.map((target) => [`${target.name}|${target.selector}`, target]));
const JSON_MEMBER: TargetDefinition = define('body.json', 'text', 'required');
const SELECTOR = /^[^\][\p{Cc}]{1,256}$/u;

/** What may be written where a target is expected; for suggestions. */
export const TARGET_SPELLINGS: readonly string[] = [
  ...TARGETS.filter(({ selector }) => selector === 'none').map(({ name }) => name),
  'query[name]',
  'headers[name]',
  'cookies[name]',
  'body.form[name]',
  'body.json./pointer',
  'ctx.name',
  'score.category',
];

/** SecLang variable → targets. `ARGS` is two of ours. */
const SECLANG: ReadonlyMap<string, readonly string[]> = new Map([
  ['ARGS', ['query.*', 'body.form.*']],
  ['ARGS_NAMES', ['query.names', 'body.form.names']],
  ['ARGS_GET', ['query.*']],
  ['ARGS_GET_NAMES', ['query.names']],
  ['ARGS_POST', ['body.form.*']],
  ['ARGS_POST_NAMES', ['body.form.names']],
  ['FILES_NAMES', ['files.names']],
  ['QUERY_STRING', ['query.raw']],
  ['REMOTE_ADDR', ['client.ip']],
  ['REQUEST_BODY', ['body.raw']],
  ['REQUEST_COOKIES', ['cookies.*']],
  ['REQUEST_COOKIES_NAMES', ['cookies.names']],
  ['REQUEST_FILENAME', ['path']],
  ['REQUEST_HEADERS', ['headers.*']],
  ['REQUEST_HEADERS_NAMES', ['headers.names']],
  ['REQUEST_METHOD', ['method']],
  ['REQUEST_PROTOCOL', ['version']],
  ['REQUEST_URI', ['uri']],
]);

/** Reads one target name, e.g. `query[id]`, `headers[User-Agent]`, `body.json./a/b`. */
export function parseTarget(written: string): Target | undefined {
  const plain = BY_NAME.get(`${written}|none`);
  if (plain !== undefined) return { definition: plain, text: written };
  if (written.startsWith('body.json./') && SELECTOR.test(written)) {
    return { definition: JSON_MEMBER, selector: written.slice('body.json.'.length), text: written };
  }
  const dotted = DOTTED.find(({ prefix }) => written.startsWith(prefix));
  if (dotted !== undefined)
    return select(dotted.name, written.slice(dotted.prefix.length), written);
  const bracket = /^(query|headers|cookies|body\.form)\[(.*)\]$/.exec(written);
  if (bracket === null) return undefined;
  const name = bracket[1]!;
  const selector = name === 'headers' ? bracket[2]!.toLowerCase() : bracket[2]!;
  return select(name, selector, `${name}[${selector}]`);
}

/** Replaces a SecLang variable by our targets; anything else stays as it is, in canonical spelling. */
export function canonicalTargets(written: string): readonly string[] {
  const [variable = '', selector] = split(written);
  const targets = SECLANG.get(variable.toUpperCase());
  if (targets === undefined) return [parseTarget(written)?.text ?? written];
  if (selector === undefined) return targets;
  return targets.map(
    (target) => parseTarget(target.replace(/\.\*$/, `[${selector}]`))?.text ?? written,
  );
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

function define(
  name: string,
  kind: TargetKind,
  selector: TargetDefinition['selector'],
): TargetDefinition {
  return { name, kind, selector, always: false };
}

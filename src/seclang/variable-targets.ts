import { Gap } from './gap.ts';
import type { LanguageSupport } from './language-support.ts';
import type { Variable } from './model.ts';

/** How the members of a family are written in the rule language. */
type Family =
  | 'query'
  | 'body.form'
  | 'body.json'
  | 'headers'
  | 'cookies'
  | 'files'
  | 'body.parts.headers';

/** Variables with members: all of them, their names, one of them. */
const FAMILIES: ReadonlyMap<string, readonly Family[]> = new Map([
  ['ARGS', ['query', 'body.form', 'body.json']],
  ['ARGS_GET', ['query']],
  ['ARGS_POST', ['body.form', 'body.json']],
  ['REQUEST_HEADERS', ['headers']],
  ['REQUEST_COOKIES', ['cookies']],
  ['FILES', ['files']],
  ['MULTIPART_PART_HEADERS', ['body.parts.headers']],
] as const);

/** Variables with one meaning. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['FILES_NAMES', 'files.fields'],
  ['MULTIPART_FILENAME', 'files.*'],
  ['MULTIPART_NAME', 'files.fields'],
  ['MULTIPART_STRICT_ERROR', 'body.error'],
  ['MULTIPART_UNMATCHED_BOUNDARY', 'body.error'],
  ['QUERY_STRING', 'query.raw'],
  ['REMOTE_ADDR', 'client.ip'],
  ['REQBODY_ERROR', 'body.error'],
  ['REQBODY_PROCESSOR_ERROR', 'body.error'],
  ['REQUEST_BASENAME', 'path.basename'],
  ['REQUEST_BODY', 'body.raw'],
  ['REQUEST_FILENAME', 'path'],
  ['REQUEST_LINE', 'request_line'],
  ['REQUEST_METHOD', 'method'],
  ['REQUEST_PROTOCOL', 'version'],
  ['REQUEST_URI', 'uri'],
  ['REQUEST_URI_RAW', 'uri'],
]);

/** XPath expressions of the Core Rule Set. */
const XML: ReadonlyMap<string, string> = new Map([
  ['/*', 'body.xml.text'],
  ['//@*', 'body.xml.attributes.*'],
]);

/** The targets of a variable; marks (`!`, `&`) are not looked at. */
export function variableTargets(variable: Variable, support: LanguageSupport): readonly string[] {
  const { name, selector, text } = variable;
  const plain = PLAIN.get(name);
  if (plain !== undefined && selector === undefined) return [plain];
  if (name === 'XML') {
    const target = XML.get(selector ?? '');
    if (target !== undefined) return [target];
    throw new Gap(`XPath expressions other than /* and //@*: ${text}`);
  }
  const named = name.endsWith('_NAMES');
  const families = FAMILIES.get(named ? name.slice(0, -'_NAMES'.length) : name);
  if (families === undefined) throw new Gap(`no target for the variable ${text}`);
  if (selector === undefined) return families.map((family) => `${family}.${named ? 'names' : '*'}`);
  if (named && !support.nameSelectors) throw new Gap(`a selector on names: ${text}`);
  if (variable.pattern && !support.patternSelectors) {
    throw new Gap(`a regular expression as selector: ${text}`);
  }
  if (!variable.pattern && !SELECTOR.test(selector)) throw new Gap(`the selector of ${text}`);
  return families.map((family) => member(named ? `${family}.names` : family, variable));
}

/** What the rule language takes between brackets. */
const SELECTOR = /^[^\][\p{Cc}]{1,200}$/u;

/** `json.a.b` names a member of a JSON body in SecLang; here it is the pointer `/a/b`. */
function member(family: string, { selector = '', pattern }: Variable): string {
  if (pattern) return `${family}[/${selector}/]`;
  if (family !== 'body.json') {
    return `${family}[${family === 'headers' ? selector.toLowerCase() : selector}]`;
  }
  const path = selector.replace(/^json\./, '').split('.');
  return `body.json./${path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}

/** What a list of variables looks at, exclusions resolved. */
export interface TargetList {
  readonly target: readonly string[];
  readonly except: readonly string[];
}

/**
 * Targets of plain variables. A whole family that is excluded again is left out; an exclusion that the
 * language cannot say is left out as well and told to `note`, as the rule then looks at more, not less.
 */
export function targetList(
  variables: readonly Variable[],
  support: LanguageSupport,
  note: (reason: string) => void,
): TargetList {
  const wanted = variables.filter(({ excluded }) => !excluded);
  const target = new Set(wanted.flatMap((variable) => variableTargets(variable, support)));
  const except = new Set<string>();
  for (const variable of variables.filter(({ excluded }) => excluded)) {
    for (const name of excludedTargets(variable, support, note)) {
      if (target.has(name)) target.delete(name);
      else if (target.has(wholeOf(name))) except.add(name);
    }
  }
  return { target: [...target], except: [...except] };
}

function excludedTargets(
  variable: Variable,
  support: LanguageSupport,
  note: (reason: string) => void,
): readonly string[] {
  try {
    return variableTargets(variable, support);
  } catch (error) {
    if (!(error instanceof Gap)) throw error;
    note(`the exclusion ${variable.text} is left out: ${error.message}`);
    return [];
  }
}

/** `cookies[a]` → `cookies.*`, `query.names[a]` → `query.names` */
function wholeOf(target: string): string {
  if (target.startsWith('body.json./')) return 'body.json.*';
  const family = target.slice(0, target.indexOf('['));
  return family.endsWith('.names') ? family : `${family}.*`;
}

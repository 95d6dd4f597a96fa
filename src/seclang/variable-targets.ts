import { canonicalTargets, parseTarget } from '../rules/targets.ts';
import { Gap } from './gap.ts';
import type { LanguageSupport } from './language-support.ts';
import type { Variable } from './model.ts';

/** Variables that the rule language does not know by their SecLang name. */
const MORE: ReadonlyMap<string, readonly string[]> = new Map([
  ['MULTIPART_NAME', ['files.fields']],
  ['MULTIPART_STRICT_ERROR', ['body.error']],
  ['MULTIPART_UNMATCHED_BOUNDARY', ['body.error']],
  ['REQBODY_PROCESSOR_ERROR', ['body.error']],
  ['RESPONSE_CONTENT_LENGTH', ['response.headers[content-length]']],
  ['RESPONSE_CONTENT_TYPE', ['response.headers[content-type]']],
]);

/** The targets of a variable; marks (`!`, `&`) are not looked at. */
export function variableTargets(variable: Variable, support: LanguageSupport): readonly string[] {
  const { name, selector, text } = variable;
  if (name === 'XML') {
    if (XPATHS.includes(selector ?? '')) return canonicalTargets(`XML:${selector}`);
    throw new Gap(`XPath expressions other than ${XPATHS.join(' and ')}: ${text}`);
  }
  const targets = known(MORE.get(name) ?? canonicalTargets(name), text);
  if (selector === undefined) return targets;
  if (name === 'MULTIPART_PART_HEADERS') throw new Gap(`headers of one part: ${text}`);
  if (name.endsWith('_NAMES') && !support.nameSelectors) {
    throw new Gap(`a selector on names: ${text}`);
  }
  if (variable.pattern && !support.patternSelectors) {
    throw new Gap(`a regular expression as selector: ${text}`);
  }
  const isPlain = variable.pattern || SELECTOR.test(selector);
  if (!isPlain || !targets.every((target) => FAMILY.test(target))) {
    throw new Gap(`the selector of ${text}`);
  }
  return targets.map((target) => member(target.replace(/\.\*$/, ''), variable));
}

/** All text, and all attributes. */
const XPATHS = ['/*', '//@*'];

const FAMILY = /\.(?:\*|names)$/;

/** What the rule language takes between brackets. */
const SELECTOR = /^[^\][\p{Cc}]{1,200}$/u;

function known(targets: readonly string[], text: string): readonly string[] {
  if (targets.every((target) => parseTarget(target) !== undefined)) return targets;
  throw new Gap(`no target for the variable ${text}`);
}

/** `json.a.b` names a member of a JSON body in SecLang; here it is the pointer `/a/b`. */
function member(family: string, { selector = '', pattern }: Variable): string {
  if (pattern) return `${family}[/${selector}/]`;
  if (family.endsWith('headers')) return `${family}[${selector.toLowerCase()}]`;
  if (family === 'body.json') return `body.json.${pointer(selector)}`;
  return `${family}[${family === 'body.json.names' ? pointer(selector) : selector}]`;
}

function pointer(selector: string): string {
  const steps = selector.replace(/^json\./, '').split('.');
  return `/${steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
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

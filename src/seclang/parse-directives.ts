import { logicalLines, splitWords } from './logical-lines.ts';
import type { Directive, Link, Naming, OperatorCall, Place } from './model.ts';
import { parseActions } from './parse-actions.ts';
import { parseVariables } from './parse-variables.ts';

type Meaning = Directive extends infer D ? (D extends Directive ? Omit<D, 'place'> : never) : never;

/** The directives of one file, in order. What cannot be read becomes `unread`, with the reason. */
export function parseDirectives(file: string, text: string): readonly Directive[] {
  return [...logicalLines(text)].map(({ line, text: directive }) => {
    const place = { file, line };
    const words = splitWords(directive);
    const meaning = words === null ? unread('a quote is not closed') : parseDirective(words, place);
    return { place, ...meaning } as Directive;
  });
}

function parseDirective(words: readonly string[], place: Place): Meaning {
  const [name = '', ...rest] = words;
  const naming = /^secrule(remove|updatetarget)by(id|tag|msg)$/i.exec(name);
  if (naming !== null) return parseNaming(naming[1]!, naming[2]!.toLowerCase() as Naming, rest);
  switch (name.toLowerCase()) {
    case 'secrule':
      return parseRule(rest, place);
    case 'secaction':
      return parseAction(rest, place);
    case 'secmarker':
      return { kind: 'marker', name: rest[0] ?? '' };
    case 'secdefaultaction': {
      const actions = parseActions(rest[0] ?? '');
      return actions === null ? unread('the actions cannot be read') : { kind: 'default', actions };
    }
    case 'include':
      return { kind: 'include', name: rest[0] ?? '' };
    case 'secruleupdateactionbyid':
    case 'secrulescript':
      return unread(`${name} is not served`);
    default:
      return /^sec[a-z0-9]+$/i.test(name)
        ? { kind: 'setting', name, value: rest.join(' ') }
        : unread(`${JSON.stringify(name)} is no SecLang directive`);
  }
}

function parseRule([list = '', operator, actions]: readonly string[], place: Place): Meaning {
  const variables = parseVariables(list);
  if (variables === null) return unread(`the variables ${JSON.stringify(list)} cannot be read`);
  if (operator === undefined) return unread('the rule has no operator');
  const items = parseActions(actions ?? '');
  if (items === null) return unread('the actions cannot be read');
  const link: Link = { place, variables, operator: parseOperator(operator), actions: items };
  return { kind: 'rule', link };
}

function parseAction([actions = '']: readonly string[], place: Place): Meaning {
  const items = parseActions(actions);
  if (items === null) return unread('the actions cannot be read');
  return { kind: 'rule', link: { place, variables: [], operator: null, actions: items } };
}

/** `!@within GET POST`; without `@` it is a regular expression. */
export function parseOperator(text: string): OperatorCall {
  const match = /^(!?)\s*(?:@(\w+)(?:\s+(.*))?|(.*))$/s.exec(text.trimStart());
  const [, negation, name, argument, bare] = match as RegExpExecArray;
  return {
    name: (name ?? 'rx').toLowerCase(),
    negated: negation === '!',
    argument: (name === undefined ? bare : argument) ?? '',
  };
}

function parseNaming(what: string, by: Naming, words: readonly string[]): Meaning {
  if (what.toLowerCase() === 'remove') {
    const names = by === 'id' ? words.flatMap((word) => word.split(/[\s,]+/)) : words;
    return names.length === 0 ? unread('no rule is named') : { kind: 'remove', by, names };
  }
  const [name, list = '', replaced] = words;
  const variables = parseVariables(list) ?? parseVariables(list.replaceAll(',', '|'));
  if (name === undefined || variables === null) return unread('the targets cannot be read');
  if (replaced !== undefined) return unread('replacing a target by another is not served');
  return { kind: 'update', by, names: [name], variables };
}

function unread(reason: string): Meaning {
  return { kind: 'unread', reason };
}

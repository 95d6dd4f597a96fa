import { type Alternative, targeted } from './alternative.ts';
import { Gap } from './gap.ts';
import { linkTransforms } from './link-transforms.ts';
import type { TextPart } from './macros.ts';
import type { Link, OperatorCall } from './model.ts';
import { hasAction } from './parse-actions.ts';
import { parseVariables } from './parse-variables.ts';
import { type ValueTest, valueTest } from './value-test.ts';
import { variableTargets } from './variable-targets.ts';

export type Macro = TextPart & { readonly kind: 'macro' };

/** What a link asks of each value. `more` transforms come after its own. */
export function testOf(
  link: Link,
  alternative: Alternative,
  more: readonly string[] = [],
): ValueTest {
  const { defaults, data } = alternative.sources;
  const operator = operatorOf(link);
  return valueTest({
    operator,
    argument: resolveText(operator.argument, alternative),
    transforms: [...linkTransforms(link, defaults), ...more],
    eachTransform: hasAction(link.actions, 'multimatch'),
    data: (name) => data(name, link.place.file),
  });
}

export function operatorOf({ operator }: Link): OperatorCall {
  if (operator === null) throw new Gap('an action without condition in a chain');
  return operator;
}

/** Text without macros; in place of what the request gives stands a capture, `${c1.2}`. */
export function resolveText(text: string, alternative: Alternative): string {
  const parts = alternative.sources.tx.expandParts(text);
  return parts
    .map((part) => (part.kind === 'text' ? part.text : reference(part, alternative)))
    .join('');
}

function reference(macro: Macro, alternative: Alternative): string {
  const { collection, key } = macro;
  if (collection === 'tx' && /^\d$/.test(key)) return bindCapture(Number(key), alternative);
  if (collection === 'tx') throw new Gap(`%{tx.${key}} depends on the request`);
  needCaptures(`a value that the request gives: %{${collection}.${key}}`, alternative);
  const { bindings } = alternative;
  const name = `v${bindings.length + 1}`;
  const whole = { op: 'regex', value: '^(.*)$' };
  bindings.push({ ...targeted(macroTargets(macro, alternative), whole), first: true, as: name });
  return `\${${name}.1}`;
}

/** The targets of `%{request_headers.host}`. */
export function macroTargets({ collection, key }: Macro, { sources }: Alternative) {
  const variables = parseVariables(key === '' ? collection : `${collection}:${key}`) ?? [];
  return variables.flatMap((variable) => variableTargets(variable, sources.support));
}

/** Names the leaf that captures, and gives the reference to its group. */
export function bindCapture(index: number, alternative: Alternative): string {
  needCaptures(`a capture: TX:${index}`, alternative);
  const { captured, members } = alternative;
  if (captured === null) throw new Gap(`nothing captures TX:${index}`);
  captured.leaf.as ??= `c${members.indexOf(captured.leaf) + 1}`;
  return `\${${captured.leaf.as}.${index}}`;
}

function needCaptures(what: string, { sources }: Alternative): void {
  if (!sources.support.captures) throw new Gap(what);
}

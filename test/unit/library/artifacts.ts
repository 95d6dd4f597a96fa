import type { SigningKey } from '../../../src/artifact/signing-key.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { universalWaf } from '../../integration/engine/universal-waf.ts';
import { configOf, ruleOf } from '../../reference/engine.ts';

/** A rule `block-<value>` about the text `value` in a target. */
export function blocking(value: string, target = 'uri', rest: Partial<Rule> = {}): Rule {
  return ruleOf(`block-${value}`, { target: [target], op: 'contains', value }, rest);
}

/** The bytes of an artifact with these rules. */
export function artifactOf(
  rules: readonly Rule[],
  revision = 'v1',
  signingKey?: SigningKey,
): Uint8Array {
  return universalWaf(configOf(rules), revision, signingKey).bytes;
}

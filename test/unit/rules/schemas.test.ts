import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { OPERATOR_NAMES } from '../../../src/rules/operators.ts';

const read = (name: string) => JSON.parse(readFileSync(packagePath('schemas', name), 'utf8'));
const { $defs: defs } = read('rule.json');
const wafConfig = read('waf-config.json');

const LIMITED: readonly [what: string, inSchema: unknown, limit: number][] = [
  ['id length', defs.id.maxLength, LIMITS.rule.max_id_length],
  ['text length', defs.text.maxLength, LIMITS.rule.max_text_length],
  ['pattern length', defs.pattern.maxLength, LIMITS.rule.max_pattern_length],
  ['operand length', defs.leaf.properties.value.maxLength, LIMITS.rule.max_regex_length],
  ['list item length', defs.leaf.properties.value.items.maxLength, LIMITS.rule.max_pattern_length],
  ['list length', defs.leaf.properties.value.maxItems, LIMITS.rule.max_values_per_condition],
  ['conditions', defs.conditions.maxItems, LIMITS.rule.max_conditions],
  ['tags', defs.tags.maxItems, LIMITS.rule.max_tags],
  ['examples', defs.example_list.maxItems, LIMITS.rule.max_examples],
  ['example text', defs.example.maxLength, LIMITS.rule.max_example_bytes],
  ['example uri', defs.example.properties.uri.maxLength, LIMITS.rule.max_example_bytes],
  ['example body', defs.example.properties.body.maxLength, LIMITS.rule.max_example_bytes],
  ['lifetime', defs.ttl_seconds.maximum, LIMITS.rule.max_ttl_seconds],
  ['score', defs.score.additionalProperties.maximum, LIMITS.rule.max_score],
  ['score categories', defs.score.maxProperties, LIMITS.rule.max_score_categories],
  ['thresholds', wafConfig.properties.thresholds.maxProperties, LIMITS.rule.max_score_categories],
  ['steps', wafConfig.properties.max_steps.maximum, LIMITS.program.max_steps],
  ['rules', wafConfig.properties.rules.maxItems, LIMITS.rule.max_rules],
];

test('schemas - the table of limits has 18 cases', () => {
  expect(LIMITED).toHaveLength(18);
});

test.each(LIMITED)('schemas - the limit of %s is that of limits.json', (_, inSchema, limit) => {
  expect(inSchema).toBe(limit);
});

test('schemas - the operators are those of the table', () => {
  expect([...defs.leaf.properties.op.enum].sort()).toEqual([...OPERATOR_NAMES].sort());
});

test('schemas - both forms have the same keys for what is not the condition', () => {
  const short = new Set(Object.keys(defs.short.properties));
  const onlyLong = Object.keys(defs.long.properties).filter((key) => !short.has(key));
  expect(onlyLong.sort()).toEqual(['enabled', 'paranoia', 'rev', 'score', 'when']);
});

/** `pattern` is a keyword of JSON Schema and a property of a rule. */
function isSchema(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

test('schemas - every place that may be refused says what it accepts', () => {
  const silent: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
    const part = schema as Record<string, unknown>;
    if (
      ['enum', 'pattern', 'maximum', 'maxLength'].some((key) => key in part && !isSchema(part[key]))
    ) {
      if (typeof part.description !== 'string' && !/propertyNames|items$/.test(path)) {
        silent.push(path);
      }
    }
    for (const [key, value] of Object.entries(part)) visit(value, `${path}/${key}`);
  };
  visit(defs, '');
  expect(silent).toEqual([]);
});

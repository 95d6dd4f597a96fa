import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { packagePath } from '../config/package-root.ts';
import type { RuleErrorCode } from './error-codes.ts';
import type { Fault } from './fault.ts';
import { pointerStep } from './json-pointer.ts';
import { suggestion } from './suggest.ts';

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strictTypes: false,
  strictRequired: false,
  allowUnionTypes: true,
});
formats.default(ajv);
ajv.addSchema(readSchema('rule.json'));
ajv.addSchema(readSchema('tuning.json'));
ajv.addSchema(readSchema('waf-config.json'));
const ruleShape = compiled('rule.json');
const tuningShape = compiled('tuning.json');
const wafConfigShape = compiled('waf-config.json');

/** Checks one rule, short or long form, against `schemas/rule.json`. Pointers are into the rule. */
export function validateRuleShape(value: unknown): Fault[] {
  return run(ruleShape, value);
}

/** Checks one tuning entry against `schemas/tuning.json`. Pointers are into the entry. */
export function validateTuningShape(value: unknown): Fault[] {
  return run(tuningShape, value);
}

/** Checks a waf-config against `schemas/waf-config.json`, its rules included. */
export function validateWafConfigShape(value: unknown): Fault[] {
  return run(wafConfigShape, value);
}

function run(validate: ValidateFunction, value: unknown): Fault[] {
  if (validate(value)) return [];
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const error of validate.errors ?? []) {
    // `if` only repeats what its branch has said; a failing key name is told by its `propertyNames`.
    if (error.keyword === 'if' || error.propertyName !== undefined) continue;
    const fault = toFault(error);
    const key = ['KEY_MISSING', 'KEY_UNKNOWN'].some((end) => fault.code.endsWith(end))
      ? `${fault.pointer} ${fault.message}`
      : fault.pointer;
    if (!seen.has(key)) faults.push(fault);
    seen.add(key);
  }
  return faults;
}

function toFault(error: ErrorObject): Fault {
  const pointer = error.instancePath;
  const schema = error.parentSchema as SchemaPart;
  const hint = schema.description ?? 'See docs/rules.md.';
  const shown = show(error.data);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(pointer, String(error.params.additionalProperty), schema);
    case 'propertyNames':
      return unknownKey(pointer, String(error.params.propertyName), schema);
    case 'required':
      return {
        code: 'WAF_ERR_RULE_KEY_MISSING',
        pointer,
        message: `the key ${JSON.stringify(error.params.missingProperty)} is missing`,
        hint,
      };
    case 'type': {
      const types = [error.params.type as string | string[]].flat().join(' or ');
      return fault('WAF_ERR_RULE_TYPE', pointer, `expected ${types}, found ${shown}`, hint);
    }
    case 'enum': {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      const code = pointer.endsWith('/op') ? 'WAF_ERR_RULE_OPERATOR_UNKNOWN' : 'WAF_ERR_RULE_VALUE';
      const message = `${shown} is not one of the ${allowed.length} values allowed here`;
      return fault(code, pointer, message, suggestion(String(error.data), allowed));
    }
    case 'pattern':
      if (!pointer.endsWith('/action')) break;
      return unknownAction(pointer, String(error.data));
    case 'format':
      return fault('WAF_ERR_RULE_VALUE', pointer, `${shown} is not a date and time`, hint);
  }
  return fault('WAF_ERR_RULE_VALUE', pointer, boundMessage(error, shown), hint);
}

/** What is wrong with a size or a value, in place of ajv's words for it. */
function boundMessage({ keyword, params, data, message }: ErrorObject, shown: string): string {
  const { limit } = params as { limit?: number };
  switch (keyword) {
    case 'minItems':
    case 'maxItems':
      return outOfBounds((data as unknown[]).length, keyword, Number(limit), 'item');
    case 'minProperties':
    case 'maxProperties':
      return outOfBounds(Object.keys(data as object).length, keyword, Number(limit), 'key');
    case 'minLength':
    case 'maxLength':
      return outOfBounds([...(data as string)].length, keyword, Number(limit), 'character');
    case 'minimum':
    case 'maximum':
      return `${shown} is ${keyword === 'minimum' ? 'less' : 'more'} than ${limit}`;
    case 'uniqueItems':
      return `the items ${params.j} and ${params.i} are the same, counted from 0`;
    case 'pattern':
      return `${shown} does not have the form that is expected here`;
    default:
      return `${shown} ${message}`;
  }
}

function outOfBounds(found: number, keyword: string, limit: number, what: string): string {
  const counted = (count: number) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const bound = keyword.startsWith('min') ? 'at least' : 'at most';
  return `expected ${bound} ${counted(limit)}, found ${found}`;
}

interface SchemaPart {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const ACTIONS = ['block', 'log', 'ratelimit', 'allow', 'score'] as const;

function unknownAction(pointer: string, written: string): Fault {
  const message = `${JSON.stringify(written)} is not an action`;
  return fault('WAF_ERR_RULE_ACTION_UNKNOWN', pointer, message, suggestion(written, ACTIONS));
}

function unknownKey(parent: string, key: string, schema: SchemaPart): Fault {
  const pointer = parent + pointerStep(key);
  if (parent.endsWith('/action')) return { ...unknownAction(pointer, key), at: 'key' };
  const known = Object.keys(schema.properties ?? {});
  return {
    code: 'WAF_ERR_RULE_KEY_UNKNOWN',
    pointer,
    message: `the key ${JSON.stringify(key)} does not exist here`,
    hint: known.length === 0 ? (schema.description ?? 'Remove it.') : suggestion(key, known),
    at: 'key',
  };
}

function fault(code: RuleErrorCode, pointer: string, message: string, hint: string): Fault {
  return { code, pointer, message, hint };
}

/** The offending value, short enough for a message. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

function readSchema(name: string): object {
  return JSON.parse(readFileSync(packagePath('schemas', name), 'utf8'));
}

function compiled(name: string): ValidateFunction {
  const validate = ajv.getSchema(`https://secbeat.dev/schemas/${name}`);
  if (validate === undefined) throw new Error(`schemas/${name} declares another $id`);
  return validate;
}

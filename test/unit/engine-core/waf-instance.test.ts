import { describe, expect, test } from 'vitest';
import {
  PROGRAM_FORMAT,
  REQUEST_MAX_BODY_BYTES,
  REQUEST_MAX_RECORD_BYTES,
} from '../../../src/config/layout.gen.ts';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { targetName } from '../../../src/engine/target-name.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import type { Rule } from '../../../src/rules/model.ts';
import {
  configOf,
  instanceOf,
  programOf,
  RELEASE,
  requestOf,
  ruleOf,
} from '../../reference/engine.ts';

const contains = (id: string, target: string, value: string, rest: Partial<Rule> = {}) =>
  ruleOf(id, { target: [target], op: 'contains', value }, rest);

describe('explanation', () => {
  test('names the rule, the target and the span', () => {
    const instance = instanceOf(
      configOf([
        contains('in-header', 'headers[User-Agent]', 'bot'),
        contains('in-query', 'query[q]', 'select', { mode: 'shadow' }),
        contains('in-names', 'query.names', 'evil', { action: { log: {} } }),
      ]),
    );
    const request = requestOf({ uri: '/?q=1%20select&evil=1', headers: ['USER-AGENT', 'a bot'] });
    expect(instance.inspect(request)).toBe(1);
    expect(instance.explain()).toEqual({
      action: 1,
      rule: 'in-header',
      reason: 'rule',
      matches: [
        {
          rule: 'in-header',
          ruleIndex: 0,
          shadow: false,
          target: 'headers[user-agent]',
          offset: 2,
          length: 3,
          transforms: [],
          excerpt: { before: 'a ', matched: 'bot', after: '' },
        },
        {
          rule: 'in-query',
          ruleIndex: 1,
          shadow: true,
          target: 'query[q]',
          offset: 2,
          length: 6,
          transforms: [],
          excerpt: { before: '1 ', matched: 'select', after: '' },
        },
        {
          rule: 'in-names',
          ruleIndex: 2,
          shadow: false,
          target: 'query.names',
          offset: 0,
          length: 4,
          transforms: [],
          excerpt: { before: '', matched: 'evil', after: '' },
        },
      ],
      score: {},
      steps: expect.any(Number),
    });
  });

  test('lists at most 64 matches and counts all', () => {
    const rules = Array.from({ length: 100 }, (_, i) =>
      contains(`r${String(i).padStart(3, '0')}`, 'uri', 'x'),
    );
    const instance = instanceOf(configOf(rules));
    instance.inspect(requestOf({ uri: '/x' }));
    expect(instance.matchCount).toBe(100);
    expect(instance.explain().matches).toHaveLength(64);
  });

  test('shows scores by category and the threshold as the reason', () => {
    const scoring = (id: string, value: string, score: Record<string, number>) =>
      contains(id, 'uri', value, { action: { score: {} }, score });
    const instance = instanceOf(
      configOf([scoring('a', 'a', { sqli: 3, inbound: 3 }), scoring('b', 'b', { inbound: 2 })], {
        thresholds: { inbound: 5 },
      }),
    );
    expect(instance.inspect(requestOf({ uri: '/a' }))).toBe(0);
    expect(instance.explain()).toMatchObject({
      reason: 'no-match',
      score: { sqli: 3, inbound: 3 },
    });
    expect(instance.inspect(requestOf({ uri: '/ab' }))).toBe(1);
    expect(instance.explain()).toMatchObject({
      reason: 'threshold',
      rule: null,
      score: { sqli: 3, inbound: 5 },
    });
  });
});

describe('budget', () => {
  const POLICIES = [
    ['block', 1],
    ['allow', 0],
    ['log', 2],
  ] as const;
  test.each(POLICIES)('policy %s gives action %i', (on_budget, action) => {
    const instance = instanceOf(
      configOf([contains('r', 'uri', 'x')], { on_budget, max_steps: 50 }),
    );
    expect(instance.inspect(requestOf({ uri: '/x' }))).toBe(action);
    expect(instance.budgetExhausted).toBe(true);
    expect(instance.explain()).toMatchObject({ reason: 'budget', rule: null, matches: [] });
  });

  test('is spent anew for every request', () => {
    const instance = instanceOf(configOf([contains('r', 'uri', 'x')], { max_steps: 2000 }));
    expect(instance.inspect(requestOf({ uri: `/${'y'.repeat(5000)}` }))).toBe(1);
    expect(instance.budgetExhausted).toBe(true);
    expect(instance.inspect(requestOf({ uri: '/y' }))).toBe(0);
    expect(instance.budgetExhausted).toBe(false);
  });
});

describe('size', () => {
  const instance = instanceOf(
    configOf([contains('tail', 'body.raw', 'needle'), contains('uri', 'uri', 'evil')]),
  );

  test('a body is cut at the limit and the request marked', () => {
    const body = Buffer.alloc(REQUEST_MAX_BODY_BYTES + 10, 'x');
    body.write('needle', REQUEST_MAX_BODY_BYTES - 6);
    expect(instance.inspect(requestOf({ body }))).toBe(1);
    expect(instance.truncated).toBe(true);
    body.fill('x').write('needle', REQUEST_MAX_BODY_BYTES - 5);
    expect(instance.inspect(requestOf({ body }))).toBe(0);
  });

  test('the body gives way to headers', () => {
    const headers = ['a', 'y'.repeat(REQUEST_MAX_RECORD_BYTES - 1000)];
    const body = Buffer.from(`needle${'x'.repeat(2000)}`);
    expect(instance.inspect(requestOf({ headers, body }))).toBe(1);
    expect(instance.truncated).toBe(true);
  });

  test('a request that does not fit without its body is refused', () => {
    const uri = `/evil${'y'.repeat(REQUEST_MAX_RECORD_BYTES)}`;
    expect(instance.inspect(requestOf({ uri }))).toBe(0);
    expect(instance.unreadable).toBe(true);
    expect(instance.matchCount).toBe(0);
    expect(instance.explain().matches).toEqual([]);
    expect(instance.inspect(requestOf({ uri: '/evil' }))).toBe(1);
    expect(instance.unreadable).toBe(false);
  });

  test('headers above the limit are left out', () => {
    const headers = Array.from({ length: 300 }, (_, i) => [`h${i}`, 'v']).flat();
    expect(instance.inspect(requestOf({ headers, uri: '/evil' }))).toBe(1);
    expect(instance.truncated).toBe(true);
  });
});

describe('text', () => {
  test('one byte per character, whatever its length', () => {
    const value = `${'é'.repeat(40)}x`;
    const instance = instanceOf(configOf([contains('r', 'headers[a]', value)]));
    const wire = Buffer.from(value, 'utf8').toString('latin1');
    expect(instance.inspect(requestOf({ headers: ['a', wire] }))).toBe(1);
    expect(instance.inspect(requestOf({ headers: ['a', wire.slice(1)] }))).toBe(0);
  });
});

describe('program', () => {
  const FORMAT = { program_format: PROGRAM_FORMAT };
  const { program } = programOf(configOf([contains('r', 'uri', 'x')]));

  test('a program that the engine refuses is an error with the reason', () => {
    const broken = program.slice();
    broken[4] = 99;
    const load = () => WafInstance.instantiate(RELEASE, FORMAT, broken);
    expect(load).toThrow(EngineError);
    expect(load).toThrow('The engine refuses the rule program: bad_format');
  });

  test('another program format is refused before the engine sees it', () => {
    for (const other of [PROGRAM_FORMAT - 1, PROGRAM_FORMAT + 1]) {
      const load = () => WafInstance.instantiate(RELEASE, { program_format: other }, program);
      expect(load).toThrow(`program format ${other} is not ${PROGRAM_FORMAT}`);
    }
  });

  test('two instances of one module do not disturb each other', () => {
    const other = programOf(configOf([contains('r', 'uri', 'y')])).program;
    const x = WafInstance.instantiate(RELEASE, FORMAT, program);
    const y = WafInstance.instantiate(RELEASE, FORMAT, other);
    expect([x, y].map((instance) => instance.inspect(requestOf({ uri: '/x' })))).toEqual([1, 0]);
    expect([x, y].map((instance) => instance.inspect(requestOf({ uri: '/y' })))).toEqual([0, 1]);
  });
});

describe('target name', () => {
  const NAMES = [
    [2, '', 'uri'],
    [4, '', 'query.raw'],
    [5, 'id', 'query[id]'],
    [6, 'id', 'query.names'],
    [7, 'X-A', 'headers[x-a]'],
    [12, 'f', 'body.form[f]'],
    [13, 'f', 'body.form.names'],
    [14, '', 'client.ip'],
    [99, '', ''],
  ] as const;
  test.each(NAMES)('kind %i, name %j is %s', (kind, name, expected) => {
    expect(targetName(kind, name)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { createRuleTrial } from '../../../src/pipeline/rule-trial.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { uriRule } from './memory-book.ts';
import { config, engine } from './real-parts.ts';

describe('rule trial', () => {
  const trial = createRuleTrial(engine);
  const examples = (match: readonly string[], no_match: readonly string[]) => ({
    examples: { match, no_match },
  });

  it('trial - examples that agree with their rules pass, in every mode', () => {
    for (const mode of ['enforce', 'shadow', 'off'] as const) {
      const rule = uriRule('a', '/a', { mode, ...examples(['/x/A'], ['/b']) });
      expect(trial(config([rule]))).toEqual([]);
    }
    expect(trial(config([uriRule('without')]))).toEqual([]);
  });

  it('trial - each wrong example is told with its code, place and rule', () => {
    const rule = uriRule('a', '/a', examples(['/a', '/b'], ['/c', '/a', '/a?x']));
    expect(
      trial(config([uriRule('first'), rule])).map(({ code, pointer, rule_id }) => [
        code,
        pointer,
        rule_id,
      ]),
    ).toEqual([
      ['WAF_ERR_RULE_EXAMPLE_NOT_MATCHED', '/rules/1/examples/match/1', 'a'],
      ['WAF_ERR_RULE_EXAMPLE_MATCHED', '/rules/1/examples/no_match/1', 'a'],
      ['WAF_ERR_RULE_EXAMPLE_MATCHED', '/rules/1/examples/no_match/2', 'a'],
    ]);
  });

  it('trial - a rule is tried by itself, whatever the others do to the request', () => {
    const allow = uriRule('allow', '/a', {
      priority: 100,
      action: { allow: { skip: { ids: ['a'] } } },
    });
    expect(trial(config([allow, uriRule('a', '/a', examples(['/a'], []))]))).toEqual([]);
    const expired = { expires_at: '2001-01-01T00:00:00Z', ...examples(['/a'], []) };
    expect(trial(config([uriRule('a', '/a', expired)]))).toEqual([]);
  });

  it('trial - a match counts although more rules match than an explanation lists', () => {
    const rules = Array.from({ length: 100 }, (_, index) =>
      uriRule(`r${index}`, '/same', examples(['/same'], ['/other'])),
    );
    expect(trial(config(rules))).toEqual([]);
  });

  it('trial - examples may be requests with headers, cookies, bodies and responses', () => {
    const leaf = (target: string, value: string) =>
      ({ target: [target], op: 'contains', value }) as const;
    const cases: readonly [Rule['when'], object][] = [
      [leaf('headers[user-agent]', 'sqlmap'), { headers: { 'User-Agent': 'sqlmap/1.7' } }],
      [leaf('cookies[sid]', 'evil'), { headers: [['cookie', 'a=1; sid=evil']] }],
      [leaf('body.raw', 'héllo'), { method: 'POST', body: 'say héllo' }],
      [leaf('method', 'TRACE'), { method: 'TRACE' }],
      [{ target: ['client.ip'], op: 'ip_in', value: ['10.0.0.0/8'] }, { source_ip: '10.1.2.3' }],
      [leaf('response.status', '40'), { response: { status: 404 } }],
      [leaf('response.headers[server]', 'x'), { response: { headers: { Server: 'nginx' } } }],
      [leaf('response.body', 'ORA-é'), { uri: '/a', response: { body: 'ORA-é' } }],
    ];
    expect(cases).toHaveLength(8);
    for (const [when, example] of cases) {
      const rule = uriRule('a', '', {
        when,
        examples: { match: [example], no_match: [] },
      });
      expect(trial(config([rule])), JSON.stringify(when)).toEqual([]);
      const opposite = { ...rule, examples: { match: [], no_match: [example] } };
      expect(trial(config([opposite])), JSON.stringify(when)).toHaveLength(1);
    }
  });
});

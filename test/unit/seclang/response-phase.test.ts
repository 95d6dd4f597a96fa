import { expect, test } from 'vitest';
import { foldedOf, gapsOf, importText } from './imported.ts';

const SETUP = `SecDefaultAction "phase:4,log,pass"
SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=1,setvar:tx.outbound_anomaly_score_pl1=0"
`;

test('response phase - status, headers and body become targets of the response', () => {
  const cases: readonly [string, string, object][] = [
    ['RESPONSE_STATUS', '@rx ^5', { target: 'response.status', op: 'regex', value: '^5' }],
    ['RESPONSE_BODY', '@contains a', { target: 'response.body', op: 'contains', value: 'a' }],
    [
      'RESPONSE_HEADERS|!RESPONSE_HEADERS:Via',
      '@contains a',
      {
        target: 'response.headers.*',
        except: 'response.headers[via]',
        op: 'contains',
        value: 'a',
      },
    ],
    [
      'RESPONSE_CONTENT_TYPE',
      '@beginsWith text/',
      { target: 'response.headers[content-type]', op: 'starts_with', value: 'text/' },
    ],
  ];
  expect(cases).toHaveLength(4);
  for (const [variables, operator, when] of cases) {
    const result = importText(`SecRule ${variables} "${operator}" "id:2,phase:4,deny"`);
    expect([gapsOf(result), result.rules[0]?.when], variables).toEqual([[], when]);
  }
});

test('response phase - points count as outbound, and the rule that refuses is a threshold', () => {
  const text = `${SETUP}SecRule RESPONSE_BODY "@rx a" "id:2,phase:4,block,setvar:tx.outbound_anomaly_score_pl1=+4"
SecRule TX:outbound_anomaly_score_pl1 "@ge 4" "id:3,phase:4,deny"`;
  const { rules, thresholds } = importText(text);
  expect(rules).toMatchObject([{ id: 'crs-2', score: { outbound: 4 }, action: { score: {} } }]);
  expect(thresholds).toEqual({ outbound: 4 });
});

test('response phase - a gate on compressed bodies is folded, another gate guards its rules', () => {
  const text = `SecRule RESPONSE_HEADERS:Content-Encoding "@pm gzip br" "id:2,phase:4,pass,nolog,skipAfter:END"
SecRule RESPONSE_BODY "!@contains a" "id:3,phase:4,pass,nolog,skipAfter:END"
SecRule RESPONSE_BODY "@rx ab" "id:4,phase:4,deny"
SecMarker END`;
  const result = importText(text);
  expect(foldedOf(result)).toEqual([
    '1 2 bodies are decompressed before they are looked at',
    '2 3 became a condition of the rules that it is about',
  ]);
  const gate = { target: 'response.body', op: 'contains', value: 'a', negate: true };
  expect(result.rules.map(({ when }) => when)).toEqual([
    {
      all: [
        { target: 'response.body', op: 'regex', value: 'ab' },
        { ...gate, quantifier: 'none' },
      ],
    },
  ]);
});

test('detection only - nothing is refused, and what a score would have refused is reported', () => {
  const text = `SecRuleEngine DetectionOnly
${SETUP}SecRule REQUEST_METHOD "@streq PUT" "id:2,phase:1,deny,msg:'PUT'"
SecRule ARGS_GET "@rx a" "id:3,phase:2,deny,setvar:tx.inbound_anomaly_score_pl1=+5"
SecRule TX:inbound_anomaly_score_pl1 "@ge 5" "id:4,phase:2,deny,msg:'Exceeded (Total: %{tx.a})'"
SecRule RESPONSE_BODY "@rx a" "id:5,phase:4,block,setvar:tx.outbound_anomaly_score_pl1=+4"
SecRule TX:outbound_anomaly_score_pl1 "@ge 4" "id:6,phase:4,deny"`;
  const { rules, thresholds, report } = importText(text);
  const reached = { target: 'score.outbound', op: 'gte', value: 4 };
  expect([thresholds, report.notes]).toEqual([{}, []]);
  expect(rules).toMatchObject([
    { id: 'crs-2', action: { log: {} } },
    { id: 'crs-3', action: { score: {} }, score: { inbound: 5 } },
    {
      id: 'crs-4',
      title: 'Exceeded',
      action: { log: {} },
      when: { target: 'score.inbound', op: 'gte', value: 5 },
    },
    { id: 'crs-5', score: { outbound: 4 } },
    {
      id: 'crs-6',
      when: { all: [reached, { target: 'response.status', op: 'gte', value: 0 }] },
    },
  ]);
});

test('variables - a value that is given stands over what the setup says', () => {
  const text = `SecAction "id:1,phase:1,pass,nolog,setvar:tx.arg_length=9"
SecRule ARGS_GET "@gt %{tx.arg_length}" "id:2,phase:2,deny,t:length"`;
  const variables = new Map([['arg_length', '400']]);
  const given = importText(text, { variables }).rules[0]?.when;
  expect(given).toEqual({ target: 'query.*', op: 'length', value: { gt: 400 } });
  expect(importText(text).rules[0]?.when).toMatchObject({ value: { gt: 9 } });
});

test('names - a selector on names of JSON members is a pointer', () => {
  const { rules } = importText('SecRule ARGS_NAMES|!ARGS_NAMES:json.a.b "@rx x" "id:1,deny"');
  expect(rules[0]?.when).toMatchObject({
    except: expect.arrayContaining(['body.json.names[/a/b]']),
  });
});

test('path - it is percent-decoded once, unless the rule decodes', () => {
  const whenOf = (actions: string) =>
    importText(`SecRule REQUEST_FILENAME|ARGS_GET "@rx a" "id:1,deny${actions}"`).rules[0]?.when;
  expect(whenOf('')).toEqual({
    any: [
      { target: 'query.*', op: 'regex', value: 'a' },
      { target: 'path', transforms: ['url_decode'], op: 'regex', value: 'a' },
    ],
  });
  expect(whenOf(',t:urlDecodeUni')).toMatchObject({ target: ['path', 'query.*'] });
});

test('ctl - a request takes out rules of the response phase by a condition of theirs', () => {
  const text = (
    variable: string,
  ) => `SecRule ${variable} "@streq a" "id:1,phase:2,pass,nolog,ctl:ruleRemoveByTag=t"
SecRule ARGS_GET "@rx a" "id:2,phase:2,deny,tag:'t'"
SecRule RESPONSE_BODY "@rx a" "id:3,phase:4,deny,tag:'t'"
SecRule RESPONSE_BODY "@rx b" "id:4,phase:4,deny"`;
  const body = { target: 'response.body', op: 'regex', value: 'a' };
  const taken = importText(text('REQUEST_METHOD'));
  expect([taken.rules[2]?.when, taken.report.notes]).toEqual([
    { all: [body, { target: 'method', op: 'equals', value: 'a', quantifier: 'none' }] },
    [],
  ]);
  expect(taken.rules[3]?.when).toEqual({ ...body, value: 'b' });
  const kept = importText(text('ARGS_POST'));
  expect(kept.rules[2]?.when).toEqual(body);
  expect(kept.report.notes).toMatchObject([
    { id: '1', reason: expect.stringContaining('they do not know body.form.*') },
  ]);
});

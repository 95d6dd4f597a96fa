import { expect, test } from 'vitest';
import { foldedOf, gapsOf, importText } from './imported.ts';

const SCORE = "setvar:'tx.inbound_anomaly_score_pl1=+%{tx.critical_anomaly_score}'";
const SETUP = `SecDefaultAction "phase:2,log,pass"
SecAction "id:1,phase:1,pass,nolog,setvar:tx.critical_anomaly_score=5"
SecRule &TX:blocking_paranoia_level "@eq 0" "id:2,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=1"
`;

const attack = (id: number, level: number) =>
  `SecRule ARGS "@rx ${id}" "id:${id},phase:2,block,tag:'paranoia-level/${level}',setvar:'tx.inbound_anomaly_score_pl${level}=+5'"\n`;
const gate = (id: number, level: number) =>
  `SecRule TX:BLOCKING_PARANOIA_LEVEL "@lt ${level}" "id:${id},phase:2,pass,nolog,skipAfter:END"\n`;
const GATED = `${SETUP}${gate(10, 1)}${attack(11, 1)}${gate(20, 2)}${attack(21, 2)}${gate(30, 3)}${attack(31, 3)}SecMarker END\n${attack(99, 1)}`;

test('gates - rules above the paranoia level are skipped, and said to be', () => {
  const found = ([undefined, 1, 2, 3] as const).map((paranoia) =>
    importText(GATED, paranoia === undefined ? {} : { paranoia }).rules.map(({ id }) => id),
  );
  const [one, two] = [
    ['crs-11', 'crs-99'],
    ['crs-11', 'crs-21', 'crs-99'],
  ];
  expect(found).toEqual([one, one, two, ['crs-11', 'crs-21', 'crs-31', 'crs-99']]);
  expect(foldedOf(importText(GATED, { paranoia: 1 })).slice(-3)).toEqual([
    '7 21 skipped: END',
    '8 30 skipped: END',
    '9 31 skipped: END',
  ]);
});

test('gates - a level given by hand wins over the setup', () => {
  const text = `SecAction "id:5,phase:1,pass,setvar:tx.blocking_paranoia_level=3"\n${GATED}`;
  expect(importText(text).rules).toHaveLength(4);
  expect(importText(text, { paranoia: 2 }).rules).toHaveLength(3);
});

test('scores - categories, paranoia level, severity, tags and title of a rule', () => {
  const text = `${SETUP}SecRule ARGS "@rx a" "id:7,phase:2,block,severity:'ERROR',tag:'x',tag:'paranoia-level/2',msg:'Bad (%{MATCHED_VAR})',${SCORE},setvar:'tx.sql_injection_score=+%{tx.critical_anomaly_score}'"`;
  expect(importText(text).rules).toEqual([
    {
      id: 'crs-7',
      title: 'Bad',
      tags: ['x', 'paranoia-level/2'],
      severity: 'error',
      paranoia: 2,
      provenance: { source: 'crs', ref: 'a.conf:4' },
      when: { target: ['query.*', 'body.form.*', 'body.json.*'], op: 'regex', value: 'a' },
      action: { score: {} },
      score: { inbound: 5, sqli: 5 },
    },
  ]);
});

test('scores - what is above the blocking level is kept apart and blocks nothing', () => {
  const text = `${SETUP}${attack(11, 1)}${attack(21, 2)}`;
  expect(importText(text).rules.map(({ score }) => score)).toEqual([
    { inbound: 5 },
    { detection: 5 },
  ]);
});

test('thresholds - the rule that refuses a score is a threshold', () => {
  const text = `${SETUP}${attack(11, 1)}
SecRule TX:BLOCKING_PARANOIA_LEVEL "@ge 1" "id:50,phase:2,pass,nolog,setvar:'tx.sum=+%{tx.inbound_anomaly_score_pl1}'"
SecRule TX:SUM "@gt 6" "id:51,phase:2,deny,msg:'too much'"`;
  const { thresholds, rules, report } = importText(text);
  expect([thresholds, rules.length, report.gaps]).toEqual([{ inbound: 7 }, 1, []]);
});

test('decisions - deny, block, allow and pass', () => {
  const decide = (actions: string, defaults = 'phase:2,pass') =>
    importText(`SecDefaultAction "${defaults}"\nSecRule ARGS "@rx a" "id:1,phase:2,${actions}"`)
      .rules.map(({ action }) => action)
      .at(0);
  expect(decide('deny')).toEqual({ block: {} });
  expect(decide('deny,status:404')).toEqual({ block: { status: 404 } });
  expect(decide('block')).toBeUndefined();
  expect(decide('block', 'phase:2,deny,status:429')).toEqual({ block: { status: 429 } });
  expect(decide('allow')).toEqual({ allow: { skip: 'all' } });
  expect(decide("pass,msg:'seen'")).toEqual({ log: {} });
  expect(decide("pass,nolog,msg:'seen'")).toBeUndefined();
});

test('skips - what some requests skip needs that the condition does not hold', () => {
  const text = `SecRule REQUEST_METHOD "@streq GET" "id:1,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS_GET "@rx a" "id:2,phase:2,deny"
SecMarker END
SecRule ARGS_GET "@rx b" "id:3,phase:2,deny"`;
  const result = importText(text);
  expect(result.rules.map(({ when }) => when)).toEqual([
    {
      all: [
        { target: 'query.*', op: 'regex', value: 'a' },
        { target: 'method', op: 'equals', value: 'GET', quantifier: 'none' },
      ],
    },
    { target: 'query.*', op: 'regex', value: 'b' },
  ]);
  expect(foldedOf(result)).toEqual(['1 1 became a condition of the rules that it is about']);
});

test('skips - a guard that the rule implies is left out', () => {
  const text = `SecRule &REQUEST_HEADERS:Host "@eq 0" "id:1,phase:1,deny,skipAfter:END"
SecRule REQUEST_HEADERS:Host "@rx ^$" "id:2,phase:1,deny"
SecMarker END`;
  expect(importText(text).rules[1]?.when).toEqual({
    target: 'headers[host]',
    op: 'regex',
    value: '^$',
  });
});

test('exclusions - at import they change targets, by id, range, tag and message', () => {
  const rules = `SecRule ARGS_GET "@rx a" "id:1,deny,tag:'t/1',msg:'one'"
SecRule ARGS_GET "@rx a" "id:2,deny,tag:'t/2',msg:'two'"
SecRule ARGS_GET "@rx a" "id:3,deny"\n`;
  const cases: readonly [string, readonly (string | undefined)[]][] = [
    ['SecRuleRemoveById 1', [undefined, undefined]],
    ['SecRuleRemoveById "2-3"', [undefined]],
    ['SecRuleRemoveByTag t/', [undefined]],
    ['SecRuleRemoveByMsg two', [undefined, undefined]],
    ['SecRuleUpdateTargetById 2 "!ARGS_GET:x"', [undefined, 'query[x]', undefined]],
    ['SecRuleUpdateTargetByTag t/1 "!ARGS_GET:x"', ['query[x]', undefined, undefined]],
    ['SecRuleUpdateTargetByMsg one "!ARGS_GET:x"', ['query[x]', undefined, undefined]],
  ];
  expect(cases).toHaveLength(7);
  for (const [directive, excepts] of cases) {
    const found = importText(rules + directive).rules.map(({ when }) =>
      'op' in when ? when.except : null,
    );
    expect(found, directive).toEqual(excepts);
  }
});

test('ctl - rules that a request takes out are skipped by a rule', () => {
  const text = `SecRule REQUEST_METHOD "@streq GET" "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=3,ctl:ruleRemoveByTag=t,ctl:auditEngine=Off"
SecRule ARGS_GET "@rx a" "id:2,phase:2,deny,tag:'t'"
SecRule ARGS_GET "@rx a" "id:3,phase:2,deny"
SecRule REQUEST_METHOD "@streq PUT" "id:4,phase:2,pass,nolog,ctl:ruleEngine=Off"`;
  expect(importText(text).rules).toMatchObject([
    { id: 'crs-1', priority: 1, action: { allow: { skip: { tags: ['t'], ids: ['crs-3'] } } } },
    { id: 'crs-2' },
    { id: 'crs-3' },
    { id: 'crs-4', action: { allow: { skip: 'all' } } },
  ]);
});

test('ctl - a target that a request takes out is looked at under the opposite condition', () => {
  const text = `SecRule REQUEST_METHOD "@streq GET" "id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetByTag=t;REQUEST_FILENAME"
SecRule ARGS_GET|REQUEST_FILENAME "@rx a" "id:2,phase:2,deny,tag:'t',chain"
SecRule MATCHED_VARS "@rx b"`;
  const matched = { on: 'matched', op: 'regex', value: 'b' };
  expect(importText(text).rules.map(({ when }) => when)).toEqual([
    {
      any: [
        { all: [{ target: 'query.*', op: 'regex', value: 'a' }, matched] },
        {
          all: [
            { target: 'path', transforms: ['url_decode'], op: 'regex', value: 'a' },
            matched,
            { target: 'method', op: 'equals', value: 'GET', quantifier: 'none' },
          ],
        },
      ],
    },
  ]);
});

test('variables - one that the request decides is no constant any more', () => {
  const text = `SecAction "id:1,phase:1,pass,setvar:tx.mode=1"
SecRule ARGS_GET "@rx a" "id:2,phase:1,pass,nolog,setvar:tx.mode=2"
SecRule TX:mode "@eq 1" "id:3,phase:2,deny"`;
  expect(gapsOf(importText(text))).toEqual([
    '3 3 text that is not composed of one value and constants',
  ]);
});

test('actions - what has no counterpart in an imported rule is noted', () => {
  const text =
    'SecRule ARGS "@rx a" "id:1,deny,setvar:ip.count=+1,expirevar:ip.count=60,setvar:tx.a=1,logdata:x"';
  const { rules, report } = importText(text);
  expect([rules.length, report.notes.map(({ reason }) => reason)]).toEqual([
    1,
    [
      'the action setvar:ip.count=+1 has no counterpart',
      'the action expirevar:ip.count=60 has no counterpart',
    ],
  ]);
});

test('files - an included file stands in its place, and data files are beside the file', () => {
  const files: Readonly<Record<string, string>> = {
    'rules/inner.conf': 'SecRule ARGS_GET "@pmFromFile words.data" "id:2,phase:2,deny"',
    'rules/words.data': 'word',
    'loop.conf': 'Include loop.conf',
  };
  const text =
    'SecRule ARGS "@rx a" "id:1,phase:2,deny"\nInclude rules/inner.conf\nSecRule ARGS "@rx c" "id:3,phase:2,deny"';
  const { rules } = importText(text, { data: files });
  expect(rules.map(({ id, provenance }) => [id, provenance.ref])).toEqual([
    ['crs-1', 'a.conf:1'],
    ['crs-2', 'rules/inner.conf:1'],
    ['crs-3', 'a.conf:3'],
  ]);
  expect(importText('Include loop.conf', { data: files }).report.gaps).toHaveLength(1);
});

test('report - every chain is imported, folded or a gap, and settings are noted', () => {
  const { report } = importText(`${GATED}SecRuleEngine On\nSecComponentSignature x\n`);
  const { imported, folded, gaps, notes } = report;
  expect([imported, folded.length, gaps.length]).toEqual([2, 7, 0]);
  expect(notes.map(({ reason }) => reason)).toEqual(['SecRuleEngine On has no counterpart']);
});

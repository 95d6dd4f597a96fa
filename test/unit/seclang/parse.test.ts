import { expect, test } from 'vitest';
import { logicalLines, splitWords } from '../../../src/seclang/logical-lines.ts';
import { parseActions } from '../../../src/seclang/parse-actions.ts';
import { parseDirectives, parseOperator } from '../../../src/seclang/parse-directives.ts';
import { parseVariables } from '../../../src/seclang/parse-variables.ts';

test('lines - continued lines are one, and know where they begin', () => {
  const text = '# SecAction \\\nSecRule ARGS \\\n    "@rx a" \\\r\n  "id:1"\n\n  SecMarker END';
  expect([...logicalLines(text)]).toEqual([
    { line: 2, text: 'SecRule ARGS     "@rx a"   "id:1"' },
    { line: 6, text: 'SecMarker END' },
  ]);
});

test('words - a quote may stand in its own quotes after a backslash; other backslashes stay', () => {
  const cases: readonly [string, readonly string[] | null][] = [
    ['SecRule ARGS "@rx a b" "id:1"', ['SecRule', 'ARGS', '@rx a b', 'id:1']],
    [
      String.raw`SecRule ARGS "@rx [\"']\s\x5c\\"`,
      ['SecRule', 'ARGS', String.raw`@rx ["']\s\x5c\\`],
    ],
    [`SecMarker 'a "b"'`, ['SecMarker', 'a "b"']],
    ['SecRule ARGS "open', null],
  ];
  expect(cases).toHaveLength(4);
  for (const [text, words] of cases) expect(splitWords(text), text).toEqual(words);
});

test('variables - name, selector and marks of each', () => {
  const cases: readonly [string, readonly object[]][] = [
    ['args', [{ name: 'ARGS' }]],
    ['ARGS|!ARGS:id', [{ name: 'ARGS' }, { name: 'ARGS', selector: 'id', excluded: true }]],
    ['&REQUEST_HEADERS:Host', [{ name: 'REQUEST_HEADERS', selector: 'Host', counted: true }]],
    [
      'XML:/*|XML://@*',
      [
        { selector: '/*', pattern: false },
        { selector: '//@*', pattern: false },
      ],
    ],
    ['ARGS:/^a|b$/|FILES', [{ selector: '^a|b$', pattern: true }, { name: 'FILES' }]],
    [String.raw`ARGS:'/a\/b/'`, [{ selector: 'a/b', pattern: true }]],
    ['TX:1', [{ name: 'TX', selector: '1' }]],
  ];
  expect(cases).toHaveLength(7);
  for (const [text, variables] of cases) {
    const parsed = parseVariables(text);
    expect(parsed, text).toHaveLength(variables.length);
    expect(parsed, text).toMatchObject(variables);
  }
  for (const text of ['', '|', 'a b', '@rx']) expect(parseVariables(text), text).toBeNull();
});

test('actions - commas and quotes', () => {
  expect(
    parseActions(String.raw`id:1, t:none,t:lowercase,  msg:'a, \'b\'',setvar:'tx.a=+1',chain`),
  ).toEqual([
    { name: 'id', value: '1' },
    { name: 't', value: 'none' },
    { name: 't', value: 'lowercase' },
    { name: 'msg', value: "a, 'b'" },
    { name: 'setvar', value: 'tx.a=+1' },
    { name: 'chain', value: '' },
  ]);
  expect(parseActions("msg:'open")).toBeNull();
});

test('operators - negation, name and argument', () => {
  const cases: readonly [string, string, boolean, string][] = [
    ['@rx ^a b$', 'rx', false, '^a b$'],
    ['!@within GET POST', 'within', true, 'GET POST'],
    ['^GET$', 'rx', false, '^GET$'],
    ['!^GET$', 'rx', true, '^GET$'],
    ['@detectSQLi', 'detectsqli', false, ''],
  ];
  expect(cases).toHaveLength(5);
  for (const [text, name, negated, argument] of cases) {
    expect(parseOperator(text), text).toEqual({ name, negated, argument });
  }
});

test('directives - each is read, or says why it is not', () => {
  const cases: readonly [string, object][] = [
    ['SecRule ARGS "@rx a" "id:1"', { kind: 'rule' }],
    ['SecAction "id:1,pass"', { kind: 'rule', link: { operator: null } }],
    ['SecMarker "END-A"', { kind: 'marker', name: 'END-A' }],
    ['SecDefaultAction "phase:2,pass"', { kind: 'default' }],
    ['SecRuleRemoveById 1 "5-7"', { kind: 'remove', by: 'id', names: ['1', '5-7'] }],
    ['SecRuleRemoveByTag attack', { kind: 'remove', by: 'tag', names: ['attack'] }],
    ['SecRuleUpdateTargetById 1 "!ARGS:a,!ARGS:b"', { kind: 'update', names: ['1'] }],
    ['Include more.conf', { kind: 'include', name: 'more.conf' }],
    ['SecRuleEngine On', { kind: 'setting', name: 'SecRuleEngine', value: 'On' }],
    ['SecRule ARGS', { kind: 'unread', reason: 'the rule has no operator' }],
    ['SecRule ARGS "@rx a', { kind: 'unread', reason: 'a quote is not closed' }],
    ['SecRuleUpdateActionById 1 pass', { kind: 'unread' }],
    ['<Location />', { kind: 'unread', reason: '"<Location" is no SecLang directive' }],
  ];
  expect(cases).toHaveLength(13);
  for (const [text, directive] of cases) {
    expect(parseDirectives('a.conf', text), text).toMatchObject([
      { place: { file: 'a.conf', line: 1 }, ...directive },
    ]);
  }
});

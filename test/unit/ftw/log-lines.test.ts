import { expect, test } from 'vitest';
import type { Match } from '../../../src/engine/verdict.ts';
import { logLine, ruleNumber } from '../../../src/ftw/log-lines.ts';

const lineOf = (target: string, rule = 'crs-1') =>
  logLine({ rule, target } as Match, { message: 'm', score: { inbound: 7 } });

test('log lines - targets have the names of ModSecurity', () => {
  const names = [
    ['query[a]', 'ARGS:a'],
    ['body.form[a]', 'ARGS:a'],
    ['query.names[a]', 'ARGS_NAMES:a'],
    ['body.json./a/b', 'ARGS:json.a.b'],
    ['headers[host]', 'REQUEST_HEADERS:host'],
    ['cookies[a]', 'REQUEST_COOKIES:a'],
    ['path', 'path'],
  ];
  for (const [target = '', name] of names) {
    expect(lineOf(target)).toBe(`found within ${name} [id "1"] [msg "m"]`);
  }
});

test('log lines - a rule on the score tells it', () => {
  expect(lineOf('', 'crs-949110')).toContain('[id "949110"] [msg "m (Total Score: 7)"]');
  expect(lineOf('', 'crs-959100')).toContain('(Total Score: 0)');
});

test('log lines - a rule has the number of its SecLang rule, or none', () => {
  expect(['crs-920100', '920100', 'mine', 'crs-1a'].map(ruleNumber)).toEqual([
    920100,
    920100,
    null,
    null,
  ]);
});

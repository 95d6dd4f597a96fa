import { expect, test } from 'vitest';
import { createLogger } from '../../../src/telemetry/logger.ts';

function capture(level: 'info' | 'silent' = 'info') {
  const lines: string[] = [];
  const log = createLogger({ level }, 'node-1', { write: (line) => lines.push(line) });
  return { log, lines };
}

test('logger - writes one JSON object a line with the name of the process', () => {
  const { log, lines } = capture();
  log.info({ revision: 'v3' }, 'active');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    name: 'node-1',
    revision: 'v3',
    msg: 'active',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

const SECRETS: readonly object[] = [
  { authorization: 'Bearer hunter2' },
  { headers: { authorization: 'Bearer hunter2' } },
  { headers: { 'x-secbeat-api-key': 'hunter2' } },
  { req: { headers: { 'x-secbeat-api-key': 'hunter2' } } },
  { req: { headers: { cookie: 'hunter2' } } },
  { nats: { password: 'hunter2' } },
  { password: 'hunter2' },
  { nats: { token: 'hunter2' } },
  { s3: { secret_access_key: 'hunter2' } },
  { node: { orchestrator_key: 'hunter2' } },
];

test('logger - the table of secrets has its size', () => expect(SECRETS).toHaveLength(10));

test.each(SECRETS)('logger - %j does not reach the log', (fields) => {
  const { log, lines } = capture();
  log.warn(fields, 'x');
  expect(lines[0]).toContain('[redacted]');
  expect(lines[0]).not.toContain('hunter2');
});

test('logger - level silent writes nothing', () => {
  const { log, lines } = capture('silent');
  log.error('x');
  expect(lines).toEqual([]);
});

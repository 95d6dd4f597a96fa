import { expect, test } from 'vitest';
import { createStand } from './app-stand.ts';

const RULE = { id: 'a', field: 'URI', pattern: '/a', action: 'block', tags: ['t'] };
const ENTRY = { id: 'quiet', rules: ['tag:t'], path: '/x/**', mode: 'shadow', reason: 'noise' };

async function standWithRule() {
  const stand = await createStand();
  expect((await stand.call('POST', '/api/v1/rules', RULE)).status).toBe(202);
  return stand;
}

test('tuning - an entry is accepted, listed with its rules, and shown with the rule', async () => {
  const { call } = await standWithRule();
  const added = await call('POST', '/api/v1/tuning', ENTRY);
  expect(added).toMatchObject({ status: 202, body: { ids: ['quiet'], warnings: [] } });
  expect(added.body.release).toEqual({ revision: 'v1', url: '/api/v1/releases/v1' });
  const listed = {
    id: 'quiet',
    effect: 'mode',
    state: 'active',
    rules: ['a'],
    entry: { ...ENTRY, path: ['/x/**'] },
  };
  const { body } = await call('GET', '/api/v1/tuning');
  expect(body).toMatchObject({ tuning: [listed], total: 1 });
  expect((await call('GET', '/api/v1/tuning/quiet')).body).toMatchObject(listed);
  expect((await call('GET', '/api/v1/rules/a')).body.tuning).toEqual(['quiet']);
});

test('tuning - a dry run says which rules would be affected, and changes nothing', async () => {
  const { call } = await standWithRule();
  const entries = [ENTRY, { id: 'none', rules: ['b'], mode: 'off' }];
  const { status, body } = await call('POST', '/api/v1/tuning/validate', entries);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    valid: true,
    tuning: [
      { entry: { id: 'quiet' }, rules: ['a'] },
      { entry: { id: 'none' }, rules: [] },
    ],
    diagnostics: [{ code: 'WAF_ERR_TUNING_RULES_UNKNOWN', severity: 'warning' }],
  });
  expect((await call('GET', '/api/v1/tuning')).body.total).toBe(0);
});

test('tuning - an entry is replaced and removed under its address', async () => {
  const { call } = await standWithRule();
  await call('POST', '/api/v1/tuning', { tuning: [ENTRY] });
  const { id, ...rest } = ENTRY;
  expect((await call('PUT', `/api/v1/tuning/${id}`, { ...rest, mode: 'off' })).status).toBe(202);
  expect((await call('GET', `/api/v1/tuning/${id}`)).body.entry.mode).toBe('off');
  expect((await call('DELETE', `/api/v1/tuning/${id}`)).status).toBe(202);
  expect(await call('GET', `/api/v1/tuning/${id}`)).toMatchObject({
    status: 404,
    body: { code: 'WAF_ERR_API_TUNING_UNKNOWN' },
  });
  expect((await call('DELETE', `/api/v1/tuning/${id}`)).status).toBe(404);
});

test('tuning - what is wrong is answered with its place', async () => {
  const { call } = await standWithRule();
  expect(await call('POST', '/api/v1/tuning', { ...ENTRY, path: '/**/x' })).toMatchObject({
    status: 422,
    body: { diagnostics: [{ code: 'WAF_ERR_TUNING_PATH', pointer: '/path', line: 1 }] },
  });
  await call('POST', '/api/v1/tuning', ENTRY);
  expect((await call('POST', '/api/v1/tuning', ENTRY)).status).toBe(409);
});

test('tuning - reading needs the role read, changing the role rules', async () => {
  const { call } = await standWithRule();
  const read = { key: 'key-read' };
  const rules = { key: 'key-rules' };
  expect((await call('GET', '/api/v1/tuning', undefined, read)).status).toBe(200);
  expect((await call('POST', '/api/v1/tuning', ENTRY, read)).status).toBe(403);
  expect((await call('POST', '/api/v1/tuning', ENTRY, rules)).status).toBe(202);
  expect((await call('DELETE', '/api/v1/tuning/quiet', undefined, read)).status).toBe(403);
});

import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { apiKeyDigest } from '../../../src/config/api-keys.ts';
import { createAdminApp } from '../../../src/node/admin/admin-app.ts';
import { ModuleControl } from '../../../src/node/module-control.ts';
import { ReloadAccount } from '../../../src/node/reload-account.ts';
import { ReloadJournal } from '../../../src/node/reload-journal.ts';
import { FakeDataPlane, memoryStore, recordingMetrics } from './fakes.ts';

const NOW = 1_000_000;
const log = pino({ level: 'silent' });

/** A management API over modules that run, with what desired state has for each name. */
async function standWith(desired: Readonly<Record<string, string>> = {}) {
  const plane = new FakeDataPlane();
  const journal = new ReloadJournal();
  const { metrics } = recordingMetrics();
  const store = memoryStore();
  const modules = new ModuleControl({
    ...{ plane, store, hotReload: true, log },
    account: new ReloadAccount(journal, metrics, log),
    desiredRevision: (name) => desired[name] ?? null,
    onChange() {},
    now: () => NOW,
  });
  const app = await createAdminApp({
    ...{ nodeId: 'n1', defaultModule: 'universal-waf', modules, plane, journal, metrics, log },
    auth: { keys: [{ name: 'ops', sha256: apiKeyDigest('ops-key'), roles: ['deploy'] }] },
    fleet: () => ({ connected: true, server: 's', reconnects: 0, malformed: {}, denied: 0 }),
    state: () => 'ready',
    ruleChanges: null,
    startedAt: NOW,
    now: () => NOW,
  });
  onTestFinished(() => app.close());
  const remove = async (name: string) => {
    const headers = { 'x-secbeat-api-key': 'ops-key' };
    const url = `/api/v1/wasm/modules/${name}`;
    const answer = await app.inject({ method: 'DELETE', url, headers });
    return [answer.statusCode, answer.json()];
  };
  return { modules, store, remove };
}

test('module removal - stops an uploaded module, also for the next start', async () => {
  const { modules, store, remove } = await standWith();
  await modules.upload('bots', Buffer.from('one'));
  expect(store.saved).toHaveLength(1);
  expect(await remove('bots')).toEqual([
    200,
    { success: true, name: 'bots', removed_version: 'v1', downtime_ms: 0.01 },
  ]);
  expect([modules.running.size, store.saved]).toEqual([0, []]);
  expect(await remove('bots')).toMatchObject([404, { success: false, status: 'nothing_serving' }]);
});

test('module removal - universal-waf and what the fleet wants here stay', async () => {
  const { modules, remove } = await standWith({ bots: 'v9' });
  for (const name of ['universal-waf', 'bots']) {
    await modules.upload(name, Buffer.from(name));
    const [status, body] = await remove(name);
    expect([status, body.success, body.code]).toEqual([409, false, 'WAF_ERR_NODE_MODULE_KEPT']);
    expect(body.status).toBe(`still_serving_${body.current_version}`);
    expect(body.hint).toContain(name === 'bots' ? 'of the orchestrator' : 'rules');
  }
  expect(modules.running.size).toBe(2);
});

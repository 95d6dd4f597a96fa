import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../fleet/fleet.ts';
import { type ControlPlane, startControlPlane } from './stand.ts';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ events: { accept_commands: true } });
});
afterAll(() => plane.close());

test('commands - a block told on NATS becomes a rule of a release, and is taken back', async () => {
  const nats = await connect({ servers: plane.settings.nats.url });
  const command = {
    ...{ command_id: 'c1', ip: '203.0.113.9', reason: 'scan', duration_seconds: 60 },
    ...{ action: 'block', issued_at: '2026-03-01T12:00:00Z', source: 'detector' },
  };
  const rules = async () => (await plane.call('GET', '/api/v1/rules?tag=nats')).body.rules;
  nats.publish('secbeat.commands.block', JSON.stringify(command));
  await eventually(async () => (await rules()).length).toBe(1);
  expect((await rules())[0]).toMatchObject({ state: 'active', actor: 'nats:detector' });
  const control = {
    ...{ command_id: 'c2', action: 'REMOVE_DYNAMIC_RULE', rule_type: 'IP_BLOCK' },
    target: '203.0.113.9',
  };
  nats.publish('secbeat.control.commands', JSON.stringify(control));
  await eventually(async () => (await rules()).length).toBe(0);
  await nats.close();
});

test('feedback - survives a restart of the orchestrator', async () => {
  const said = { request_id: 'abc-1', label: 'attack', note: 'seen' };
  expect((await plane.call('POST', '/api/v1/feedback', said)).status).toBe(201);
  await plane.restart();
  const { body } = await plane.call('GET', '/api/v1/feedback');
  expect(body.feedback).toEqual([expect.objectContaining({ ...said, actor: 'tester' })]);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { asFleetError, FleetError } from '../../../src/fleet/fleet-error.ts';
import { createFleetNode } from '../../../src/fleet/fleet-node.ts';
import { numberOf } from '../../../src/fleet/kv-records.ts';
import {
  generatorPermissions,
  nodePermissions,
  orchestratorPermissions,
  renderPermissions,
} from '../../../src/fleet/permissions.ts';
import { fleetNames } from '../../../src/fleet/subjects.ts';

test('names - are the documented ones by default', () => {
  const names = fleetNames('secbeat');
  expect(fleetNames('')).toMatchObject({ prefix: 'secbeat' });
  expect(names.reloadHint).toBe('secbeat.wasm.reload');
  expect(names.reconcile('node-1')).toBe('secbeat.node.node-1.reconcile');
  expect(names.trafficStream).toBe('secbeat_traffic');
  expect(names.traffic('node-1')).toBe('secbeat.traffic.node-1');
  expect(names.telemetry('node-1')).toBe('secbeat.telemetry.node-1');
  expect(names.wafEvents).toBe('secbeat.events.waf');
  expect(names.blockCommands).toBe('secbeat.commands.block');
  expect(names.controlCommands).toBe('secbeat.control.commands');
  expect([...Object.values(names.buckets), names.artifacts]).toEqual([
    'secbeat_fleet',
    'secbeat_rules',
    'secbeat_releases',
    'secbeat_nodes',
    'secbeat_acks',
    'secbeat_candidates',
    'secbeat_feedback',
    'secbeat_artifacts',
  ]);
});

test('names - of two fleets have nothing in common', () => {
  const all = (prefix: string) => {
    const names = fleetNames(prefix);
    return [
      ...Object.values(names.buckets),
      names.artifacts,
      names.reloadHint,
      names.reconcile('a'),
      names.trafficStream,
      names.trafficOfAll,
      names.traffic('a'),
      names.telemetryOfAll,
      names.telemetry('a'),
      names.wafEvents,
      names.blockCommands,
      names.controlCommands,
    ];
  };
  const [one, two] = [all('one'), all('two')];
  expect(one.filter((name) => two.includes(name))).toEqual([]);
});

const WRONG_NAMES = ['a.b', 'a b', '*', '>', 'ä', 'a\n', 'x'.repeat(65)];

test.each(WRONG_NAMES)('names - %j can be neither prefix nor node id', (name) => {
  const refused = expect.objectContaining({ code: 'WAF_ERR_FLEET_NAME' });
  const { reconcile } = fleetNames('secbeat');
  expect(() => fleetNames(name)).toThrow(refused);
  expect(() => reconcile(name)).toThrow(refused);
  expect(() => nodePermissions(name, 'secbeat')).toThrow(refused);
  const settings = { bucket_prefix: 'secbeat' } as Parameters<typeof createFleetNode>[1];
  expect(() => createFleetNode(new Promise(() => {}), settings, { id: name })).toThrow(refused);
});

test('records - are ordered by the number in their key', () => {
  expect(['v1', 'v007', 'v42', 'x1', 'v', 'v1e3', `v${'9'.repeat(16)}`].map(numberOf)).toEqual([
    1, 7, 42, -1, -1, -1, -1,
  ]);
});

test.each([
  ['TIMEOUT', 'WAF_ERR_FLEET_UNAVAILABLE'],
  ['503', 'WAF_ERR_FLEET_UNAVAILABLE'],
  ['CONNECTION_CLOSED', 'WAF_ERR_FLEET_UNAVAILABLE'],
  ['PERMISSIONS_VIOLATION', 'WAF_ERR_FLEET_DENIED'],
  ['400', 'WAF_ERR_FLEET_REQUEST'],
])('errors - what the NATS client calls %s is %s', (code, expected) => {
  const cause = Object.assign(new Error('text'), { code });
  expect(asFleetError(cause, 'reading a')).toMatchObject({
    code: expected,
    message: 'reading a: text',
    cause,
  });
});

test('errors - one of ours stays what it is', () => {
  const error = new FleetError('WAF_ERR_FLEET_NAME', 'x');
  expect(asFleetError(error, 'reading a')).toBe(error);
});

test('permissions - a node may publish eight subjects and hear four, all its own or shared to read', () => {
  const { publish, subscribe } = nodePermissions('node-1', 'secbeat');
  expect(publish).toEqual([
    '$JS.API.STREAM.MSG.GET.KV_secbeat_fleet',
    '$JS.API.STREAM.MSG.GET.OBJ_secbeat_artifacts',
    '$JS.API.DIRECT.GET.OBJ_secbeat_artifacts',
    '$KV.secbeat_nodes.node-1',
    '$KV.secbeat_acks.*.node-1',
    'secbeat.traffic.node-1',
    'secbeat.telemetry.node-1',
    'secbeat.events.waf',
  ]);
  expect(subscribe).toEqual([
    '_INBOX_node-1.>',
    'secbeat.wasm.reload',
    'secbeat.node.node-1.reconcile',
    '$KV.secbeat_fleet.desired',
  ]);
});

test('permissions - docs/nats.md lists them all, and config/nats holds them as they are generated', () => {
  const page = readFileSync(packagePath('docs', 'nats.md'), 'utf8');
  const config = readFileSync(packagePath('config', 'nats', 'nats-server.conf'), 'utf8');
  const node = nodePermissions('node-1', 'secbeat');
  const orchestrator = orchestratorPermissions('secbeat');
  const generator = generatorPermissions('secbeat');
  for (const subject of [...node.publish, ...node.subscribe]) {
    expect(page).toContain(`\`${subject.replace('node-1', '<id>')}\``);
  }
  for (const permissions of [node, orchestrator, generator]) {
    const lines = renderPermissions(permissions).split('\n');
    expect(withoutIndent(config)).toContain(lines.map((line) => line.trim()).join('\n'));
  }
});

function withoutIndent(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { NatsSettings } from '../../../src/config/settings.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { Assignment, DesiredState } from '../../../src/fleet/desired-state.ts';
import type { FleetControl, FleetNode } from '../../../src/fleet/fleet.ts';
import { createFleetControl } from '../../../src/fleet/fleet-control.ts';
import { createFleetNode } from '../../../src/fleet/fleet-node.ts';
import type { Acknowledgement, NodeReport } from '../../../src/fleet/node-report.ts';

export const log = pino({ level: 'silent' });

/** Settings of a fleet of its own on the server: buckets and subjects with a prefix nobody else has. */
export function settingsFor(url: string, changes: Partial<NatsSettings> = {}): NatsSettings {
  return {
    url,
    user: '',
    password: '',
    token: '',
    nkey_seed_file: '',
    tls: { ca_file: '', cert_file: '', key_file: '' },
    replicas: 1,
    bucket_prefix: `test-${randomBytes(6).toString('hex')}`,
    ...changes,
  };
}

export async function openControl(settings: NatsSettings): Promise<FleetControl> {
  return createFleetControl(await connectFleet(settings, { name: 'orchestrator', log }), settings);
}

export function openNode(settings: NatsSettings, id: string): FleetNode {
  const connecting = connectFleet(settings, { name: id, log, waitOnFirstConnect: true });
  return createFleetNode(connecting, settings, { id });
}

/** A node that has made its connection. */
export async function openConnectedNode(settings: NatsSettings, id: string): Promise<FleetNode> {
  const node = openNode(settings, id);
  await when<void>((resolve) => node.onWake(() => resolve()));
  return node;
}

/** The first value that `subscribe` hands over; fails after `withinMs` with the name of what is awaited. */
export async function when<T>(
  subscribe: (resolve: (value: T) => void) => unknown,
  awaited = 'event',
  withinMs = 10_000,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${awaited} did not come within ${withinMs} ms`)),
      withinMs,
    );
  });
  const value = await Promise.race([new Promise<T>((resolve) => subscribe(resolve)), late]);
  clearTimeout(timer);
  return value;
}

/** `expect` for what `read` gives sooner or later. */
export function eventually(read: () => unknown): ReturnType<typeof expect.poll> {
  return expect.poll(read, { timeout: 10_000, interval: 10 });
}

export function assignment(revision: number, digest: string, size: number): Assignment {
  return {
    target: 'all',
    revision: `v${revision}`,
    semver: `1.0.${revision}`,
    digest,
    size,
    published_at: Date.now(),
  };
}

export function desiredState(...assignments: readonly Assignment[]): DesiredState {
  return {
    format: 1,
    modules: { 'universal-waf': { name: 'universal-waf', order: 0, assignments } },
  };
}

export function nodeReport(id: string, changes: Partial<NodeReport> = {}): NodeReport {
  return {
    id,
    labels: { zone: 'a' },
    version: '0.1.0',
    admin_url: 'http://127.0.0.1:9090',
    data_url: 'http://127.0.0.1:8001',
    workers: 1,
    started_at: 1,
    reported_at: 2,
    state: 'ready',
    modules: {},
    counters: { requests: 0, blocked: 0, rate_limited: 0, logged: 0 },
    ...changes,
  };
}

export function acknowledgement(
  node: string,
  revision: number,
  changes: Partial<Acknowledgement> = {},
): Acknowledgement {
  const digest = `sha256:${'0'.repeat(64)}`;
  return {
    status: 'ACK',
    node,
    module: 'universal-waf',
    revision: `v${revision}`,
    digest,
    running: { revision: `v${revision}`, digest },
    at: Date.now(),
    publish_to_active_ms: 3,
    phases: { fetch: 1, swap: 0.01 },
    requests_during_reload: 0,
    downtime_ms: 0,
    ...changes,
  };
}

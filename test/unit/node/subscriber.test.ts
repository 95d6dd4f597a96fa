import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import { ModuleControl } from '../../../src/node/module-control.ts';
import { ReloadAccount } from '../../../src/node/reload-account.ts';
import { ReloadJournal } from '../../../src/node/reload-journal.ts';
import { Subscriber } from '../../../src/node/subscriber/subscriber.ts';
import { assignment, FakeDataPlane, FakeFleet, memoryStore, recordingMetrics } from './fakes.ts';

const log = pino({ level: 'silent' });

let plane: FakeDataPlane;
let fleet: FakeFleet;
let store: ReturnType<typeof memoryStore>;
let recorded: ReturnType<typeof recordingMetrics>;
let journal: ReloadJournal;
let modules: ModuleControl;
let subscriber: Subscriber;
let drift: readonly string[];

function build(): void {
  journal = new ReloadJournal();
  recorded = recordingMetrics();
  plane = new FakeDataPlane();
  modules = new ModuleControl({
    plane,
    store,
    account: new ReloadAccount(journal, recorded.metrics, log),
    hotReload: true,
    desiredRevision: (name) => subscriber.desiredRevision(name),
    onChange() {},
    now: () => 1_500,
    log,
  });
  subscriber = new Subscriber({
    fleet,
    modules,
    node: { id: 'n1', labels: {} },
    reconcileIntervalMs: 3_600_000,
    onDrift: (names) => {
      drift = names;
    },
    now: () => 1_500,
    log,
  });
}

beforeEach(() => {
  fleet = new FakeFleet();
  store = memoryStore();
  drift = ['not told yet'];
  build();
});
afterEach(() => subscriber.stop());

/** Makes `content` the desired module `name` under a revision, with its bytes in the object store. */
function desire(revision: number, content: string, name = 'waf'): void {
  const digest = digestOf(content);
  fleet.artifacts.set(digest, Buffer.from(content));
  const module = { name, order: 0, assignments: [assignment(revision, digest)] };
  fleet.state = { format: 1, modules: { ...fleet.state?.modules, [name]: module } };
}

const revisionOf = (name = 'waf') => modules.running.get(name)?.revision ?? null;

describe('subscriber', () => {
  it('subscriber - runs what is desired and acknowledges it with what it measured', async () => {
    desire(4, 'rules');
    await subscriber.wake();
    expect(revisionOf()).toBe('v4');
    expect(fleet.acks).toEqual([
      {
        status: 'ACK',
        node: 'n1',
        module: 'waf',
        revision: 'v4',
        digest: digestOf('rules'),
        running: { revision: 'v4', digest: digestOf('rules') },
        at: 1_500,
        publish_to_active_ms: 500,
        phases: { fetch: 0, verify: 1, stage: 2, swap: 0.01 },
        requests_during_reload: 3,
        downtime_ms: 0.01,
      },
    ]);
    expect(drift).toEqual([]);
  });

  it('subscriber - says a thing once, however often it is woken', async () => {
    desire(1, 'a');
    for (let i = 0; i < 5; i++) await subscriber.wake();
    expect(fleet.said).toEqual(['ACK waf v1']);
    expect(fleet.fetches).toBe(1);
  });

  it('subscriber - revisions that were overtaken meanwhile are skipped', async () => {
    desire(1, 'a');
    let staged = 0;
    plane.beforeStage = async () => {
      staged += 1;
      if (staged > 1) return;
      for (const [revision, content] of [
        [2, 'b'],
        [3, 'c'],
        [4, 'd'],
      ] as const) {
        desire(revision, content);
        void subscriber.wake();
      }
    };
    await subscriber.wake();
    expect(fleet.said).toEqual(['ACK waf v1', 'ACK waf v4']);
    expect(staged).toBe(2);
  });

  it('subscriber - a refused module is a NACK, once, until desired state changes', async () => {
    desire(1, 'good');
    await subscriber.wake();
    desire(2, 'bad module');
    await subscriber.wake();
    await subscriber.wake();
    expect(fleet.said).toEqual(['ACK waf v1', 'NACK waf v2']);
    expect(fleet.acks[1]).toMatchObject({
      running: { revision: 'v1', digest: digestOf('good') },
      error: { code: 'WAF_ERR_ARTIFACT_WASM', message: 'Invalid WASM module: bad module' },
      phases: { verify: 1 },
    });
    expect(drift).toEqual(['waf']);
    desire(3, 'better');
    await subscriber.wake();
    expect([revisionOf(), drift]).toEqual(['v3', []]);
  });

  it('subscriber - one refused module does not hold the others up', async () => {
    desire(1, 'bad', 'a');
    desire(2, 'good', 'b');
    await subscriber.wake();
    expect(fleet.said).toEqual(['NACK a v1', 'ACK b v2']);
  });

  it('subscriber - bytes of another digest are refused', async () => {
    desire(1, 'a');
    fleet.artifacts.set(digestOf('a'), Buffer.from('other'));
    await subscriber.wake();
    expect(fleet.acks[0]?.error?.code).toBe('WAF_ERR_NODE_DIGEST_MISMATCH');
  });

  it('subscriber - a fetch that fails is no refusal and is tried again', async () => {
    desire(1, 'a');
    const bytes = fleet.artifacts.get(digestOf('a'))!;
    fleet.artifacts.clear();
    await subscriber.wake();
    expect(fleet.said).toEqual([]);
    fleet.artifacts.set(digestOf('a'), bytes);
    await subscriber.wake();
    expect(fleet.said).toEqual(['ACK waf v1']);
  });

  it('subscriber - what runs goes on running while the fleet is away', async () => {
    desire(1, 'a');
    await subscriber.wake();
    fleet.reachable = false;
    await subscriber.wake();
    expect(revisionOf()).toBe('v1');
  });

  it('subscriber - a module that is no longer desired is removed', async () => {
    desire(1, 'a');
    await subscriber.wake();
    fleet.state = { format: 1, modules: {} };
    await subscriber.wake();
    expect([revisionOf(), plane.modules()]).toEqual([null, []]);
  });

  it('subscriber - an upload stays until the fleet moves on', async () => {
    desire(1, 'a');
    await subscriber.wake();
    await modules.upload('waf', Buffer.from('mine'));
    await subscriber.wake();
    expect(modules.running.get('waf')).toMatchObject({ origin: 'upload', overrides: 'v1' });
    expect(drift).toEqual(['waf']);
    desire(2, 'b');
    await subscriber.wake();
    expect(modules.running.get('waf')).toMatchObject({ origin: 'fleet', revision: 'v2' });
  });

  it('subscriber - a rollback stays until it is asked to reconcile', async () => {
    for (const [revision, content] of [
      [1, 'a'],
      [2, 'b'],
    ] as const) {
      desire(revision, content);
      await subscriber.wake();
    }
    await modules.rollback('waf');
    await subscriber.wake();
    expect(modules.running.get('waf')).toMatchObject({ origin: 'rollback', digest: digestOf('a') });
    expect(await subscriber.reconcileExplicitly()).toEqual({ ok: true });
    expect(modules.running.get('waf')).toMatchObject({ origin: 'fleet', digest: digestOf('b') });
    expect(fleet.said).toEqual(['ACK waf v1', 'ACK waf v2']);
    await subscriber.wake();
    expect(fleet.said).toHaveLength(2);
  });

  it('subscriber - a request to reconcile tries refused modules again and says why it failed', async () => {
    desire(1, 'bad');
    await subscriber.wake();
    const answer = { ok: false, error: 'Invalid WASM module: bad' };
    expect(await subscriber.reconcileExplicitly()).toEqual(answer);
    expect(fleet.said).toEqual(['NACK waf v1', 'NACK waf v1']);
  });

  it('subscriber - a request to reconcile fails while the fleet is away', async () => {
    fleet.reachable = false;
    const answer = { ok: false, error: 'not connected to NATS' };
    expect(await subscriber.reconcileExplicitly()).toEqual(answer);
  });

  it('subscriber - after a restart the last known good runs, and is not said again', async () => {
    desire(7, 'a');
    await subscriber.wake();
    await subscriber.stop();
    await modules.flush();
    build();
    await modules.restore();
    expect(modules.running.get('waf')).toMatchObject({ origin: 'last-known-good', revision: 'v7' });
    await subscriber.wake();
    expect(fleet.said).toEqual(['ACK waf v7']);
    expect(fleet.fetches).toBe(1);
  });

  it('subscriber - a revision that was never said before the restart is said after it', async () => {
    desire(7, 'a');
    await subscriber.wake();
    await subscriber.stop();
    await modules.flush();
    store.saved = store.saved.map((module) => ({ ...module, acknowledged: null }));
    build();
    await modules.restore();
    await subscriber.wake();
    expect(fleet.said).toEqual(['ACK waf v7', 'ACK waf v7']);
  });

  it('modules - an upload over a restored one still gives way to a newer revision only', async () => {
    desire(7, 'a');
    await subscriber.wake();
    await subscriber.stop();
    await modules.flush();
    build();
    await modules.restore();
    await modules.upload('waf', Buffer.from('mine'));
    await subscriber.wake();
    expect(modules.running.get('waf')?.origin).toBe('upload');
  });

  it('modules - every attempt is counted and written to the journal', async () => {
    await modules.upload('waf', Buffer.from('a'));
    await expect(modules.upload('waf', Buffer.from('bad'))).rejects.toThrow('Invalid WASM');
    await modules.upload('waf', Buffer.from('b'));
    await modules.rollback('waf');
    expect(journal.reloads.map(({ origin, success }) => [origin, success])).toEqual([
      ['rollback', true],
      ['upload', true],
      ['upload', false],
      ['upload', true],
    ]);
    expect(journal.failures).toHaveLength(1);
    expect(recorded.reloads.map(({ success }) => success)).toEqual([true, false, true, true]);
  });
});

import { describe, expect, it } from 'vitest';
import type { DesiredState } from '../../../src/fleet/desired-state.ts';
import type { NodeReport } from '../../../src/fleet/node-report.ts';
import { assignModule } from '../../../src/pipeline/assign-module.ts';
import { unassignModule } from '../../../src/pipeline/unassign-module.ts';
import { nodeReport } from './memory-fleet.ts';
import { NOW } from './memory-pipeline.ts';
import { fleetOf } from './memory-releases.ts';

const WAIT = { actor: 'ops', timeoutMs: 60_000 };

function assigned(
  name: string,
  revision: string,
  before?: DesiredState,
  target: 'all' | { nodes: string[] } = 'all',
): DesiredState {
  const assignment = { target, revision, semver: '1.0.0', digest: 'sha256:x', size: 1 };
  return assignModule(before, { module: name, ...assignment, published_at: 0 }) as DesiredState;
}

/** A node that says it runs `bots`, or nothing. */
function running(id: string, origin: NodeReport['modules'][string]['origin'] | null, at = NOW) {
  const bots = { revision: 'v2', digest: 'sha256:x', activated_at: 0 };
  const modules: NodeReport['modules'] = origin === null ? {} : { bots: { ...bots, origin } };
  return nodeReport(id, { reported_at: at, modules });
}

/** Two live nodes that run `bots` as v2 beside universal-waf. */
async function fleetWithBots() {
  const parts = await fleetOf('node-1', 'node-2');
  const { fleet } = parts.state;
  await fleet.desired.write(assigned('bots', 'v2', assigned('universal-waf', 'v1')), 0);
  for (const id of ['node-1', 'node-2']) fleet.report(running(id, 'fleet'));
  return { ...parts, fleet };
}

async function announced(fleet: Awaited<ReturnType<typeof fleetWithBots>>['fleet']) {
  while (fleet.hints.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('remove module', () => {
  it('remove - resolves when the last live node no longer reports the module', async () => {
    const { releases, fleet } = await fleetWithBots();
    expect((await releases.modules()).map(({ name }) => name)).toEqual(['universal-waf', 'bots']);
    let isDone = false;
    const removal = releases.removeModule({ name: 'bots', ...WAIT });
    void removal.then(() => {
      isDone = true;
    });
    await announced(fleet);
    expect(fleet.hints).toMatchObject([{ module_name: 'bots', description: 'removed by ops' }]);
    fleet.report(running('node-1', null));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    fleet.report(running('node-2', null));
    expect(await removal).toEqual({
      success: true,
      removed_from: ['node-1', 'node-2'],
      failed: [],
      errors: {},
    });
    expect((await releases.modules()).map(({ name }) => name)).toEqual(['universal-waf']);
  });

  it('remove - a copy by hand, and a node that does not follow in time, are failures', async () => {
    const { releases, fleet } = await fleetWithBots();
    fleet.report(running('node-1', 'upload'));
    fleet.report(running('node-3', 'fleet', 0));
    const removal = releases.removeModule({ name: 'bots', ...WAIT });
    await announced(fleet);
    fleet.report(running('node-2', null));
    expect(await removal).toMatchObject({
      success: false,
      removed_from: ['node-2'],
      errors: { 'node-1': expect.stringContaining('a person put it there') },
    });
    const { releases: others } = await fleetWithBots();
    expect(await others.removeModule({ name: 'bots', actor: 'ops', timeoutMs: 0 })).toMatchObject({
      removed_from: [],
      failed: ['node-1', 'node-2'],
      errors: { 'node-1': 'still reported after 0 ms' },
    });
  });

  it('remove - universal-waf and unknown names are refused, and nothing is written', async () => {
    const { releases, fleet } = await fleetWithBots();
    const before = fleet.desired.current();
    const refusals = [
      ['universal-waf', 'WAF_ERR_PUBLISH_MODULE_REQUIRED', 'conflict'],
      ['nobody', 'WAF_ERR_PUBLISH_MODULE_UNKNOWN', 'unknown'],
      ['__proto__', 'WAF_ERR_PUBLISH_MODULE_UNKNOWN', 'unknown'],
    ];
    for (const [name = '', code, kind] of refusals) {
      await expect(releases.removeModule({ name, ...WAIT })).rejects.toMatchObject({ code, kind });
    }
    expect([fleet.desired.current(), fleet.hints]).toEqual([before, []]);
  });

  it('remove - a change that was faster is kept', async () => {
    const { releases, worker, fleet } = await fleetWithBots();
    const { desired } = worker.deps.fleet;
    const { write } = desired;
    let isFirst = true;
    desired.write = async (value, expected) => {
      if (isFirst) {
        isFirst = false;
        await write(assigned('other', 'v3', fleet.desired.current()), expected);
      }
      return write(value, expected);
    };
    await releases.removeModule({ name: 'bots', actor: 'ops', timeoutMs: 0 });
    expect(Object.keys(fleet.desired.current()?.modules ?? {})).toEqual(['universal-waf', 'other']);
  });

  it('unassign - remembers the highest revision, of a bounded number of modules', () => {
    const two = assigned('bots', 'v9', assigned('bots', 'v4'), { nodes: ['node-1'] });
    expect(unassignModule(two, 'bots')).toEqual({
      format: 1,
      modules: {},
      removed: { bots: 'v9' },
    });
    let desired: DesiredState | undefined;
    for (let n = 1; n <= 40; n += 1)
      desired = unassignModule(assigned(`m${n}`, `v${n}`, desired), `m${n}`);
    expect(Object.keys(desired?.removed ?? {})).toHaveLength(32);
    expect(desired?.removed).toMatchObject({ m40: 'v40', m9: 'v9' });
  });
});

import type { DesiredModule } from '../fleet/desired-state.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { NodeReport } from '../fleet/node-report.ts';
import { buildReloadHint } from '../fleet/reload-hint.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ChangeSignal } from './change-signal.ts';
import { isAlive } from './live-nodes.ts';
import { PipelineError } from './pipeline-error.ts';
import { UNIVERSAL_WAF } from './release.ts';
import type { ModuleRemoval, RemovalReport } from './releases.ts';
import { unassignModule } from './unassign-module.ts';

const ATTEMPTS = 50;
/** Another orchestrator's view of the nodes may change without an event that reaches this one. */
const LOOK_AGAIN_MS = 1_000;

export interface RemoveDeps {
  readonly fleet: Pick<FleetControl, 'desired' | 'announce' | 'nodes'>;
  /** Notified of node reports. */
  readonly changes: ChangeSignal;
  readonly log: Logger;
  readonly now: () => number;
}

/**
 * Takes a module out of desired state, wakes the nodes, and waits until the live ones no longer report
 * it. A copy that a person uploaded to one node, or rolled back there, stays and is listed as failed.
 * Throws PipelineError `conflict` for universal-waf, `unknown` when the fleet has no such module.
 */
export async function removeModule(
  { name, actor, timeoutMs }: ModuleRemoval,
  deps: RemoveDeps,
): Promise<RemovalReport> {
  const { fleet, changes, log, now } = deps;
  if (name === UNIVERSAL_WAF) throw required();
  const end = now() + timeoutMs;
  const ran = new Set<string>();
  // Before the change: a node may follow it faster than it could be looked at.
  await stillRunning();
  const module = await removeFromDesired(name, deps);
  announce(module);
  log.info({ module: name, actor }, 'module removed');

  for (;;) {
    const change = changes.listen();
    const left = end - now();
    const running = await stillRunning();
    const isWaiting = running.some((report) => isAlive(report, now()) && !isHeld(report));
    if (!isWaiting || left <= 0) return reportOf(running);
    await change.within(Math.min(left, LOOK_AGAIN_MS));
  }

  async function stillRunning(): Promise<readonly NodeReport[]> {
    const reports = (await fleet.nodes()).filter(({ modules }) => Object.hasOwn(modules, name));
    for (const report of reports) if (isAlive(report, now())) ran.add(report.id);
    return reports.filter(({ id }) => ran.has(id));
  }

  function isHeld({ modules }: NodeReport): boolean {
    const origin = modules[name]?.origin;
    return origin === 'upload' || origin === 'rollback';
  }

  function reportOf(running: readonly NodeReport[]): RemovalReport {
    const errors = Object.fromEntries(running.map((report) => [report.id, reasonFor(report)]));
    return {
      success: running.length === 0,
      removed_from: [...ran].filter((id) => !Object.hasOwn(errors, id)).sort(),
      failed: Object.keys(errors).sort(),
      errors,
    };
  }

  function reasonFor(report: NodeReport): string {
    if (!isAlive(report, now())) return 'the node is dead; it removes the module when it is back';
    if (!isHeld(report)) return `still reported after ${timeoutMs} ms`;
    return `a person put it there; DELETE /api/v1/wasm/modules/${name} on the node removes it`;
  }

  /** Only a hint: nodes find the desired state by themselves. */
  function announce({ assignments }: DesiredModule): void {
    const last = assignments.at(-1);
    if (last === undefined) return;
    const hint = buildReloadHint(name, last, undefined, `removed by ${actor}`);
    fleet.announce(hint).catch((error) => log.warn({ err: error }, 'the hint was not sent'));
  }
}

async function removeFromDesired(
  name: string,
  { fleet }: Pick<RemoveDeps, 'fleet'>,
): Promise<DesiredModule> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const current = await fleet.desired.read();
    const next = unassignModule(current?.value, name);
    if (current === undefined || next === undefined) throw unknown(name);
    const written = await fleet.desired.write(next, current.version);
    if (written !== 'conflict') return current.value.modules[name]!;
  }
  const text = `the desired state changed ${ATTEMPTS} times while ${name} was removed`;
  throw new PipelineError('WAF_ERR_PUBLISH_CONFLICT', 'busy', text);
}

function required(): PipelineError {
  const text = `${UNIVERSAL_WAF} cannot be removed`;
  return new PipelineError('WAF_ERR_PUBLISH_MODULE_REQUIRED', 'conflict', text);
}

function unknown(name: string): PipelineError {
  const text = `the fleet has no module "${name}"`;
  return new PipelineError('WAF_ERR_PUBLISH_MODULE_UNKNOWN', 'unknown', text);
}

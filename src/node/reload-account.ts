import { isModuleName } from '../engine/module-name.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Activation, ReloadPhases } from './data-plane/data-plane.ts';
import type { NodeMetrics } from './node-metrics.ts';
import type { ReloadJournal } from './reload-journal.ts';
import { revisionNumber } from './revision-number.ts';

/** One attempt to change what runs under a name. */
export interface ReloadAttempt {
  readonly module: string;
  /** The revision wanted; '' when it was never known. */
  readonly version: string;
  readonly origin: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
}

/** The label of all names that no module can have: they come from whoever uploads. */
const INVALID = 'invalid';

/** Writes every reload into the journal, the metrics and, when it failed, the log. */
export class ReloadAccount {
  readonly #journal: ReloadJournal;
  readonly #metrics: Pick<NodeMetrics, 'reload' | 'runs'>;
  readonly #log: Logger;

  constructor(journal: ReloadJournal, metrics: Pick<NodeMetrics, 'reload' | 'runs'>, log: Logger) {
    this.#journal = journal;
    this.#metrics = metrics;
    this.#log = log;
  }

  succeeded(
    attempt: ReloadAttempt,
    swap: Pick<Activation, 'downtime_ms' | 'requests_during_reload'>,
    phases: ReloadPhases,
  ): void {
    this.#journal.add({ ...entry(attempt), ...swap, success: true });
    this.#count(attempt, true, phases);
    this.#metrics.runs(attempt.module, revisionNumber(attempt.version));
  }

  failed(
    attempt: ReloadAttempt,
    error: Error & { readonly code?: string; readonly phases?: ReloadPhases },
  ): void {
    const { message, code = 'WAF_ERR_NODE_INTERNAL', phases = {} } = error;
    const { module, origin } = attempt;
    this.#log.warn({ err: error, module, origin }, 'reload failed');
    const nothing = { downtime_ms: 0, requests_during_reload: 0 };
    this.#journal.add({ ...entry(attempt), ...nothing, success: false, error: { code, message } });
    this.#count(attempt, false, phases);
  }

  removed(module: string): void {
    this.#metrics.runs(module, null);
  }

  #count({ module, started, ended }: ReloadAttempt, success: boolean, phases: ReloadPhases): void {
    const label = isModuleName(module) ? module : INVALID;
    this.#metrics.reload({ module: label, success, seconds: (ended - started) / 1000, phases });
  }
}

function entry({ module, version, origin, started, ended }: ReloadAttempt) {
  const timestamp = new Date(ended).toISOString();
  return { timestamp, module, version, origin, duration_ms: ended - started };
}

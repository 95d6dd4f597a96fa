import { mergeTraffic, noTraffic, type TrafficTotals } from '../traffic/traffic-totals.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What all workers counted, those that are gone included: a sum that never goes back. */
export class WorkerTotals {
  readonly #latest = new Map<WorkerProcess, TrafficTotals>();
  #gone = noTraffic();

  /** Notes what a worker that lives says. */
  note(worker: WorkerProcess, totals: TrafficTotals): void {
    this.#latest.set(worker, totals);
  }

  /** Keeps what a worker said last; what it counted after that is lost with it. */
  lose(worker: WorkerProcess): void {
    const last = this.#latest.get(worker);
    if (last === undefined) return;
    this.#latest.delete(worker);
    this.#gone = mergeTraffic(this.#gone, { ...last, in_flight: 0, event_loop_lag_ms: 0 });
  }

  sum(): TrafficTotals {
    return [...this.#latest.values()].reduce(mergeTraffic, this.#gone);
  }
}

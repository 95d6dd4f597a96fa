import type { FleetNode } from '../../fleet/fleet.ts';
import type { NodeReport } from '../../fleet/node-report.ts';
import type { Logger } from '../../telemetry/logger.ts';

/**
 * Sends the node's report at every interval and soon after every change; changes that come together
 * make one report. A report that cannot be sent is not repeated: the next one is more up to date.
 */
export class Heartbeat {
  readonly #fleet: Pick<FleetNode, 'report'>;
  readonly #build: () => Promise<NodeReport>;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #sending: Promise<void> | null = null;
  #again = false;

  constructor(deps: {
    readonly fleet: Pick<FleetNode, 'report'>;
    readonly build: () => Promise<NodeReport>;
    readonly intervalMs: number;
    readonly log: Logger;
  }) {
    this.#fleet = deps.fleet;
    this.#build = deps.build;
    this.#log = deps.log;
    this.#timer = setInterval(() => this.beat(), deps.intervalMs);
  }

  beat(): void {
    this.#again = true;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
  }

  /** Sends a last report, whatever came of the ones before. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.beat();
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#fleet.report(await this.#build());
      } catch (error) {
        this.#log.debug({ err: error }, 'cannot report to the fleet');
      }
    }
  }
}

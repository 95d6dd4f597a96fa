import type { TrafficTotals } from './traffic/traffic-totals.ts';

/** Phases of a reload, as the metric label `phase`. */
export type ReloadPhase = 'fetch' | 'verify' | 'stage' | 'probe' | 'swap';

/**
 * What a node tells its metrics. Telemetry implements it with prom-client:
 *
 * | call            | metrics |
 * |-----------------|---------|
 * | `watchTraffic`  | `waf_requests_total{outcome}`, `waf_inspection_failures_total{kind}`, histograms `waf_inspect_seconds` and `waf_inspect_steps`, `waf_rule_hits_total{module,rule,mode}` (top 200 and `other`), `waf_rule_blocks_total{module,rule}`, `waf_traffic_events_total{why}`, `waf_traffic_events_dropped_total{reason}`, gauges `waf_requests_in_flight`, `waf_event_loop_lag_seconds` |
 * | `reload`        | `wasm_reload_total{module}` (every attempt), `wasm_reload_failures_total{module}`, `wasm_reload_duration_seconds{module}`, `waf_reload_phase_seconds{phase}` |
 * | `runs`          | gauge `waf_active_revision{module}` |
 * | `drift`         | gauge `waf_node_drift_modules`: 0 when all that is desired runs |
 * | `fleet`         | gauge `waf_fleet_connected`, `waf_fleet_reconnects_total`, `waf_fleet_malformed_messages_total{subject}` |
 *
 * Totals are cumulative numbers of the whole node, counted in the data plane itself and read once per
 * scrape: the request path never touches a metrics library.
 */
export interface NodeMetrics {
  /** Registers where a scrape reads the data plane's totals. Called once, at start. */
  watchTraffic(read: () => Promise<TrafficTotals>): void;
  /** One reload attempt, however it ended. */
  reload(attempt: {
    readonly module: string;
    readonly success: boolean;
    readonly seconds: number;
    /** Milliseconds of the phases that were reached. */
    readonly phases: Readonly<Partial<Record<ReloadPhase, number>>>;
  }): void;
  /** The revision number (`42` of `v42`) that runs under a name; null when the module was removed. */
  runs(module: string, revision: number | null): void;
  /** How many modules do not run what desired state asks for. */
  drift(modules: number): void;
  fleet(status: {
    readonly connected: boolean;
    readonly reconnects: number;
    readonly malformed: Readonly<Record<string, number>>;
  }): void;
  /** The exposition text and its media type. */
  render(): Promise<{ readonly text: string; readonly contentType: string }>;
}

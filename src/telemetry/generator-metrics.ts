import { Counter, Gauge, Histogram } from 'prom-client';
import type { MetricsRegistry } from './metrics-registry.ts';

/** The metrics of the generator, as `src/generator/online/generator-metrics.ts` asks for them. */
export function createGeneratorMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  const observed = new Counter({
    name: 'waf_generator_requests_total',
    help: 'Traffic events that were judged.',
    labelNames: ['verdict'],
    registers,
  });
  const kept = new Gauge({
    name: 'waf_generator_kept_requests',
    help: 'Requests that are kept: of the benign pool, and suspicious ones that no rule explains.',
    labelNames: ['kind'],
    registers,
  });
  const learning = new Histogram({
    name: 'waf_generator_learning_seconds',
    help: 'Time from samples to candidates that passed the gate.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    registers,
  });
  const proposals = new Counter({
    name: 'waf_generator_proposals_total',
    help: 'Candidates that passed the gate, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const steps = new Counter({
    name: 'waf_generator_steps_total',
    help: 'Steps that this process took with candidates, by the state they came to.',
    labelNames: ['state'],
    registers,
  });
  const candidates = new Gauge({
    name: 'waf_generator_candidates',
    help: 'Candidates that are remembered.',
    labelNames: ['state'],
    registers,
  });
  return {
    observed(verdict: string): void {
      observed.inc({ verdict });
    },
    kept(pool: number, samples: number): void {
      kept.set({ kind: 'benign' }, pool);
      kept.set({ kind: 'suspicious' }, samples);
    },
    learned(seconds: number): void {
      learning.observe(seconds);
    },
    proposed(outcome: string): void {
      proposals.inc({ outcome });
    },
    stepped(state: string): void {
      steps.inc({ state });
    },
    candidates(byState: Readonly<Record<string, number>>): void {
      candidates.reset();
      for (const [state, count] of Object.entries(byState)) candidates.set({ state }, count);
    },
  };
}

import type { FastifyInstance } from 'fastify';
import { VERSION } from '../../config/package-version.ts';
import type { HistogramTotals } from '../traffic/histogram.ts';
import { requestCount } from '../traffic/traffic-totals.ts';
import type { AdminServices } from './admin-services.ts';
import { createRequires } from './requires.ts';

const tags = ['health'];
const object = (description: string, required: readonly string[]) =>
  ({ 200: { description, type: 'object', additionalProperties: true, required } }) as const;

/** What this node is and what it has done, in one look. */
export function statusRoutes(services: AdminServices) {
  const { auth, nodeId, defaultModule, plane, modules, fleet, state, startedAt, now } = services;
  const onRequest = createRequires(auth)('read');

  return async (app: FastifyInstance): Promise<void> => {
    const statusSchema = {
      summary: 'The node, its state, the modules that judge, and its connection to the fleet.',
      description: '`revision` is that of the default module; null when it does not run.',
      tags,
      response: object('Now.', ['node_id', 'state', 'uptime_seconds', 'modules', 'revision']),
    };
    app.get('/api/v1/status', { onRequest, schema: statusSchema }, async () => {
      const running = plane.modules();
      const { connected, server, reconnects } = fleet();
      return {
        node_id: nodeId,
        state: state(),
        version: VERSION,
        started_at: new Date(startedAt).toISOString(),
        uptime_seconds: Math.max(0, Math.floor((now() - startedAt) / 1000)),
        workers: plane.workers,
        revision: running.find(({ name }) => name === defaultModule)?.revision ?? null,
        modules: running.map(({ name, revision, semver, digest }) => ({
          ...{ name, version: revision, semver, digest },
          origin: modules.running.get(name)?.origin ?? null,
        })),
        nats: { connected, server, reconnects },
      };
    });

    const statsSchema = {
      summary: 'What became of the requests since the node started.',
      description:
        '`active_connections` are those with a request under way. `latency` is the time an ' +
        'inspection takes; percentiles are upper bounds, those of the histogram `waf_inspect_seconds`.',
      tags,
      response: object('Sums over all workers.', ['requests', 'blocked', 'rate_limited', 'logged']),
    };
    app.get('/api/v1/stats', { onRequest, schema: statsSchema }, async () => {
      const totals = await plane.totals();
      const { blocked, rate_limited, logged } = totals.requests;
      return {
        requests: requestCount(totals),
        ...{ blocked, rate_limited, logged },
        active_connections: totals.in_flight,
        latency: { inspect_ms: summary(totals.inspect_seconds) },
      };
    });
  };
}

/** A histogram of seconds as milliseconds; null where nothing was counted, or above the last bound. */
function summary({ bounds, counts, sum }: HistogramTotals) {
  const count = counts.reduce((all, one) => all + one, 0);
  const percentile = (share: number): number | null => {
    let below = 0;
    const bucket = counts.findIndex((one) => {
      below += one;
      return count > 0 && below >= share * count;
    });
    const bound = bounds[bucket];
    return bound === undefined ? null : milliseconds(bound);
  };
  return {
    count,
    mean: count === 0 ? null : milliseconds(sum / count),
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

function milliseconds(seconds: number): number {
  return Number((seconds * 1000).toPrecision(6));
}

import type { NodeReport } from '../node-report.ts';
import { isDigest, isLabels, isNodeId, isRevision } from './names.ts';
import { isAmount, isMapOf, isObject, isOneOf, isText } from './shape.ts';

const isObserved = isObject({
  revision: isRevision,
  digest: isDigest,
  activated_at: isAmount,
  origin: isOneOf('fleet', 'upload', 'rollback', 'last-known-good'),
});

export const isNodeReport = isObject<NodeReport>({
  id: isNodeId,
  labels: isLabels,
  version: isText(64),
  admin_url: isText(2_048),
  data_url: isText(2_048),
  workers: isAmount,
  started_at: isAmount,
  reported_at: isAmount,
  state: isOneOf('starting', 'ready', 'degraded', 'draining'),
  modules: isMapOf(isObserved, 64),
  counters: isObject({
    requests: isAmount,
    blocked: isAmount,
    rate_limited: isAmount,
    logged: isAmount,
  }),
});

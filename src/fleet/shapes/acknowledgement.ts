import type { Acknowledgement } from '../node-report.ts';
import { isDigest, isModuleName, isNodeId, isRevision } from './names.ts';
import { isAmount, isNullOr, isObject, isOneOf, isOptional, isText } from './shape.ts';

const isPhase = isOptional(isAmount);

export const isAcknowledgement = isObject<Acknowledgement>({
  status: isOneOf('ACK', 'NACK'),
  node: isNodeId,
  module: isModuleName,
  revision: isRevision,
  digest: isDigest,
  running: isNullOr(isObject({ revision: isRevision, digest: isDigest })),
  error: isOptional(isObject({ code: isText(128), message: isText(8_192) })),
  at: isAmount,
  publish_to_active_ms: isAmount,
  phases: isObject({
    fetch: isPhase,
    verify: isPhase,
    stage: isPhase,
    probe: isPhase,
    swap: isPhase,
  }),
  requests_during_reload: isAmount,
  downtime_ms: isAmount,
});

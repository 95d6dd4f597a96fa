import type { DesiredState } from '../desired-state.ts';
import { isDigest, isLabels, isModuleName, isNodeId, isRevision } from './names.ts';
import {
  isAmount,
  isEither,
  isListOf,
  isMapOf,
  isObject,
  isOneOf,
  isOptional,
  isText,
  type Shape,
} from './shape.ts';

const isTarget = isEither(
  isOneOf('all'),
  isEither(isObject({ nodes: isListOf(isNodeId, 10_000) }), isObject({ labels: isLabels })),
);

const isAssignment = isObject({
  target: isTarget,
  revision: isRevision,
  semver: isText(64),
  digest: isDigest,
  size: isAmount,
  published_at: isAmount,
});

const isModules = isMapOf(
  isObject<{ name: string }>({
    name: isModuleName,
    order: (value) => Number.isFinite(value),
    assignments: isListOf(isAssignment, 10_000),
  }),
);

const isDocument = isObject<DesiredState>({
  format: isOneOf(1),
  modules: isModules,
  removed: isOptional(isMapOf(isRevision)),
});

/** Also: every module stands under its own name. */
export const isDesiredState = ((value: unknown) =>
  isDocument(value) &&
  Object.entries(value.modules).every(
    ([name, module]) => name === module.name,
  )) as Shape<DesiredState>;

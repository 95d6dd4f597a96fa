import { isMapOf, isMatching, isText } from './shape.ts';

/** `v<N>`, or what a manual upload calls its version. */
export const isRevision = isText(64);
export const isDigest = isMatching(/^sha256:[0-9a-f]{64}$/);
export const isNodeId = isMatching(/^[A-Za-z0-9_-]{1,64}$/);
export const isModuleName = isText(64);
export const isLabels = isMapOf(isText(256), 64);

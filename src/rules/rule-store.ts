import type { RuleDocument } from './rule-document.ts';

/**
 * Where the rule document is kept: one JSON document that several processes share, changed by
 * compare-and-set. `Document<RuleDocument>` of the fleet room fits. Not part of this port: what is in the
 * document, and trying again after a conflict.
 */
export interface RuleStore {
  /** The latest document, or undefined when none was ever written. */
  read(): Promise<VersionedRules | undefined>;
  /** Writes if the document is still at `expected` (0: must not exist yet). */
  write(value: RuleDocument, expected: number): Promise<number | 'conflict'>;
  /** Calls back with the current document (if any) and every later one. */
  watch(onChange: (current: VersionedRules) => void): Promise<() => Promise<void>>;
}

export interface VersionedRules {
  readonly value: RuleDocument;
  readonly version: number;
}

/** The document before anything was ever written. */
export const EMPTY_DOCUMENT: RuleDocument = {
  format: 1,
  rules: [],
  holds: [],
  kill_switch: { engaged: false, actor: '', at: 0 },
  settings: null,
  revisions: { last: 0, open: null, releasing: null, cause: '', queued_at: 0 },
  changed_at: 0,
  actor: '',
};

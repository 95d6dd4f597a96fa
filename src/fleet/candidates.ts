import type { KV } from 'nats';
import type { FleetConnection } from './connection.ts';
import type { Versioned } from './document.ts';
import { createKvCollection } from './kv-collection.ts';
import {
  type CandidateDocument,
  isCandidateDocument,
  MAX_CANDIDATE_BYTES,
} from './shapes/candidate-document.ts';
import { assertName, isName } from './subjects.ts';

/**
 * The candidate rules of a fleet, one document each, changed by compare-and-set. Whoever changes a
 * candidate reads it first, and reads it again after a 'conflict'.
 * Not part of this port: the life cycle, and the rule door that makes a candidate an active rule.
 */
export interface Candidates {
  /** undefined when there is none, and when what is stored is none (counted as malformed). */
  get(id: string): Promise<Versioned<CandidateDocument> | undefined>;
  /**
   * Writes the document under its own id if that is still at `expected` (0: must not exist yet).
   * Returns the new version, or 'conflict' when somebody else was faster. Throws FleetError:
   * `WAF_ERR_FLEET_DOCUMENT_TOO_LARGE`, `WAF_ERR_FLEET_DOCUMENT_MALFORMED` for another shape,
   * `WAF_ERR_FLEET_NAME` for an id that no key can be.
   */
  put(document: CandidateDocument, expected: number): Promise<number | 'conflict'>;
  /** The latest of each, most recently changed first. */
  list(): Promise<readonly Versioned<CandidateDocument>[]>;
  /** Takes it out if it is still at `expected`; true also when it is not there. */
  delete(id: string, expected: number): Promise<boolean>;
  /** Calls back with every candidate there is, and then with every change, until it is stopped. */
  watch(onChange: (change: CandidateChange) => void): () => Promise<void>;
}

export interface CandidateChange {
  readonly id: string;
  /** null: it was taken out. */
  readonly current: Versioned<CandidateDocument> | null;
}

export function createCandidates(
  connection: FleetConnection,
  opened: { readonly bucket: KV; readonly bucketName: string },
): Candidates {
  const collection = createKvCollection<CandidateDocument>(connection, {
    ...opened,
    maxBytes: MAX_CANDIDATE_BYTES,
    is: isCandidateDocument,
    keyOf: ({ id }) => id,
  });
  return {
    get: async (id) => (isName(id) ? await collection.get(id) : undefined),
    async put(document, expected) {
      assertName(document.id, 'candidate id');
      return await collection.put(document, expected);
    },
    list: collection.list,
    delete: async (id, expected) => !isName(id) || (await collection.delete(id, expected)),
    watch: (onChange) => collection.watch((id, current) => onChange({ id, current })),
  };
}

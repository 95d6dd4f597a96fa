import type { Document } from '../fleet/document.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import { PipelineError } from './pipeline-error.ts';

const ATTEMPTS = 50;

/**
 * Takes the next revision number out of the shared counter without promising it to anybody: for what
 * is published at once (uploads, rollbacks). A number that is not used in the end is a gap.
 */
export async function allocateRevision(document: Document<RuleDocument>): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const current = await document.read();
    if (current === undefined) break;
    const { value, version } = current;
    const last = value.revisions.last + 1;
    const revisions = { ...value.revisions, last };
    if ((await document.write({ ...value, revisions }, version)) !== 'conflict') return last;
  }
  throw new PipelineError(
    'WAF_ERR_PUBLISH_CONFLICT',
    'busy',
    'no revision could be allocated: the rule document is missing or keeps changing',
  );
}

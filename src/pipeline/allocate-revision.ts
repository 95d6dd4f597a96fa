import type { Document } from '../fleet/document.ts';
import { allocateRevision as withNextRevision } from '../rules/revision-counter.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import { EMPTY_DOCUMENT } from '../rules/rule-store.ts';
import { PipelineError } from './pipeline-error.ts';

const ATTEMPTS = 50;

/**
 * Takes the next revision number out of the shared counter without promising it to anybody: for what
 * is published at once (uploads, rollbacks). A number that is not used in the end is a gap.
 */
export async function allocateRevision(document: Document<RuleDocument>): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { value = EMPTY_DOCUMENT, version = 0 } = (await document.read()) ?? {};
    const revisions = withNextRevision(value.revisions);
    if ((await document.write({ ...value, revisions }, version)) !== 'conflict') {
      return revisions.last;
    }
  }
  throw new PipelineError(
    'WAF_ERR_PUBLISH_CONFLICT',
    'busy',
    `the rule document changed ${ATTEMPTS} times while a revision was allocated`,
  );
}

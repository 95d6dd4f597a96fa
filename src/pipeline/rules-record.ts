import type { TakenRelease } from '../rules/rule-book.ts';
import type { ReleaseCause, ReleaseRecord } from './release.ts';
import { revisionNumber, UNIVERSAL_WAF } from './release.ts';

/** Semantic version that goes with a revision: rules change behaviour, so each is a new patch. */
export function semverOf(revision: string): string {
  return `1.0.${revisionNumber(revision)}`;
}

type Description = Pick<ReleaseRecord, 'cause' | 'actor' | 'queued_at' | 'killed'>;

/** What the rule book says about a release. */
export function describeTaken(taken: TakenRelease): Description {
  return {
    cause: isCause(taken.cause) ? taken.cause : 'rules',
    actor: taken.actor,
    queued_at: taken.queued_at,
    ...(taken.document.kill_switch.engaged ? { killed: true } : {}),
  };
}

/** A record of universal-waf for all nodes that says nothing yet about bytes. */
export function emptyRecord(
  revision: string,
  description: Description,
  previous: string | null,
): Omit<ReleaseRecord, 'outcome'> {
  return {
    revision,
    semver: semverOf(revision),
    module: UNIVERSAL_WAF,
    digest: '',
    content_digest: '',
    size: 0,
    target: 'all',
    ...description,
    previous,
    rules: { total: 0, added: [], changed: [], removed: [] },
    compiled_at: 0,
    published_at: 0,
    expected_nodes: [],
    config_digest: null,
  };
}

const CAUSES: readonly ReleaseCause[] = [
  'rules',
  'upload',
  'rollback',
  'kill-switch',
  'settings',
  'tuning',
  'expiry',
  'start',
];

function isCause(text: string): text is ReleaseCause {
  return (CAUSES as readonly string[]).includes(text);
}

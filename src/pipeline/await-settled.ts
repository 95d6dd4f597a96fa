import type { ChangeSignal } from './change-signal.ts';
import { PipelineError } from './pipeline-error.ts';
import { isSettled } from './release-view.ts';
import type { ReleaseView } from './releases.ts';

/** Another orchestrator may settle a release without an event that reaches this one. */
const LOOK_AGAIN_MS = 1_000;

export interface SettledDeps {
  readonly get: (revision: string) => Promise<ReleaseView | undefined>;
  /** Notified of acknowledgements, node reports, records and changes of desired state. */
  readonly changes: ChangeSignal;
  readonly now: () => number;
}

/**
 * Resolves when every expected node has answered for a revision, or with what is known when the time
 * is over. A superseded revision is followed to the one that carries its rules.
 * Rejects with `WAF_ERR_RELEASE_NOT_YET` when it was not released in time.
 */
export async function awaitSettled(
  revision: string,
  timeoutMs: number,
  deps: SettledDeps,
): Promise<ReleaseView> {
  const { get, changes, now } = deps;
  const end = now() + timeoutMs;
  for (let wanted = revision; ; ) {
    const change = changes.listen();
    const view = await get(wanted);
    if (view?.superseded_by !== undefined) {
      wanted = view.superseded_by;
      continue;
    }
    if (view !== undefined && isSettled(view)) return view;
    const left = end - now();
    if (left > 0) await change.within(Math.min(left, LOOK_AGAIN_MS));
    else if (view !== undefined) return view;
    else throw notYet(wanted, timeoutMs);
  }
}

function notYet(revision: string, timeoutMs: number): PipelineError {
  const text = `${revision} was not released within ${timeoutMs} ms`;
  return new PipelineError('WAF_ERR_RELEASE_NOT_YET', 'timeout', text);
}

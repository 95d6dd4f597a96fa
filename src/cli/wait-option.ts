import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { AcceptedAnswer } from '../orchestrator/answers/outcome-answer.ts';
import type { ReleaseAnswer, ReleaseLink } from '../orchestrator/answers/release-answer.ts';
import type { ApiClient } from './api-client.ts';
import { awaitRelease } from './await-release.ts';
import type { Terminal } from './terminal.ts';

export interface WaitOptions {
  /** Seconds; true without a number. */
  readonly wait?: number | true;
}

const DEFAULT_WAIT_SECONDS = 60;

/** A change may have to wait for the window of max_reload_frequency_seconds, so the default is generous. */
export function addWaitOption(command: Command): Command {
  return command.option(
    '--wait [seconds]',
    `wait until every node runs it; default ${DEFAULT_WAIT_SECONDS} s`,
    parseSeconds,
  );
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('It is a number of seconds above 0.');
}

/** The settled release, or null when nobody asked to wait or nothing is released. */
export async function awaitIfAsked(
  { wait }: WaitOptions,
  release: ReleaseLink | null,
  api: ApiClient,
  terminal: Terminal,
): Promise<ReleaseAnswer | null> {
  if (wait === undefined || release === null) return null;
  const seconds = wait === true ? DEFAULT_WAIT_SECONDS : wait;
  return awaitRelease(release, seconds * 1_000, api, terminal);
}

/** Where a change has got to: `in v43`, or `enforced in v43 on 3 nodes`. */
export function describeRelease(
  { release }: Pick<AcceptedAnswer, 'release'>,
  settled: ReleaseAnswer | null,
): string {
  if (release === null) return 'nothing to release';
  if (settled === null || settled.state === 'queued') return `will be in ${release.revision}`;
  const { revision, expected_nodes, publish_to_active_ms: times } = settled;
  const last = times === null ? '' : `, the last after ${times.max} ms`;
  return `${revision} runs on ${expected_nodes.length} nodes${last}`;
}

import type { ReleaseAnswer, ReleaseLink } from '../orchestrator/answers/release-answer.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Short enough for a progress line that moves, long enough not to ask all the time. */
const ASK_FOR_MS = 1_000;

/**
 * Waits until a release is settled, with a progress line. Throws CliFailure `notConverged` when a node
 * refused it or when `timeoutMs` is over.
 */
export async function awaitRelease(
  link: ReleaseLink,
  timeoutMs: number,
  api: ApiClient,
  terminal: Terminal,
): Promise<ReleaseAnswer> {
  const end = Date.now() + timeoutMs;
  let release: ReleaseAnswer;
  do {
    const wait = Math.max(1, Math.min(ASK_FOR_MS, end - Date.now()));
    release = await api.get<ReleaseAnswer>(`${link.url}?wait=${wait}`);
    terminal.progress(`${link.revision}: ${progressOf(release)}`);
  } while (isUnderWay(release) && Date.now() < end);
  terminal.progress('');
  if (!release.converged) throw notConverged(release, timeoutMs);
  return release;
}

function isUnderWay({ state }: ReleaseAnswer): boolean {
  return state === 'queued' || state === 'progressing';
}

/** e.g. `progressing, 2 of 3 nodes`. */
export function progressOf(release: ReleaseAnswer): string {
  if (release.state === 'queued') return 'queued';
  const { state, expected_nodes, waiting, acks } = release;
  const refused = acks.filter(({ status }) => status === 'NACK').length;
  const running = expected_nodes.length - waiting.length - refused;
  return `${state}, ${running} of ${expected_nodes.length} nodes`;
}

function notConverged(release: ReleaseAnswer, timeoutMs: number): CliFailure {
  const why = release.state === 'queued' ? [] : faultsOf(release);
  const text = isUnderWay(release)
    ? `${release.revision} is ${progressOf(release)} after ${timeoutMs / 1000} s`
    : `${release.revision} did not converge: ${progressOf(release)}`;
  return new CliFailure(EXIT_CODE.notConverged, [text, ...why].join('\n  '), {
    hint: `secbeat releases ${release.revision} shows how it goes on.`,
  });
}

function faultsOf(release: Exclude<ReleaseAnswer, { state: 'queued' }>): string[] {
  const refused = release.acks
    .filter(({ status }) => status === 'NACK')
    .map(({ node, error }) => `${node}: ${error?.message ?? 'refused'}`);
  return [...refused, ...release.waiting.map((node) => `${node}: no answer yet`)];
}

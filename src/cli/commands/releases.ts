import { type Command, InvalidArgumentError } from 'commander';
import type { ReleaseAnswer } from '../../orchestrator/answers/release-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { progressOf } from '../await-release.ts';
import { type Report, reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, type WaitOptions } from '../wait-option.ts';

interface Options extends ApiOptions, WaitOptions {
  readonly limit: number;
}

/** `secbeat releases [REV]` */
export function releases(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('releases')
    .description('The latest releases, or one of them with the answer of every node.')
    .argument('[revision]', 'e.g. v43')
    .option('--limit <n>', 'how many, at most 1000', parseLimit, 20);
  addWaitOption(addApiOptions(command));
  reports<Options, [string | undefined]>(command, terminal, (options, revision) =>
    revision === undefined ? list(options, terminal) : show(revision, options, terminal),
  );
}

async function list(options: Options, terminal: Terminal): Promise<Report> {
  const answer = await apiClient(options, terminal).get<{ releases: readonly ReleaseAnswer[] }>(
    `/api/v1/releases?limit=${options.limit}`,
  );
  const rows = answer.releases.map((release) => summary(release, terminal));
  const header = [
    'revision',
    'module',
    'state',
    'cause',
    'actor',
    'rules',
    'published',
    'last node',
  ];
  return {
    text: rows.length === 0 ? 'no releases' : renderTable(header, rows),
    json: answer,
  };
}

async function show(revision: string, options: Options, terminal: Terminal): Promise<Report> {
  const api = apiClient(options, terminal);
  const url = `/api/v1/releases/${encodeURIComponent(revision)}`;
  const waited = await awaitIfAsked(options, { revision, url }, api, terminal);
  const release = waited ?? (await api.get<ReleaseAnswer>(url));
  return { text: describe(release, terminal), json: release };
}

function summary(release: ReleaseAnswer, terminal: Terminal): string[] {
  const state = coloured(release, terminal);
  if (release.state === 'queued') return [release.revision, '-', state, release.cause];
  const { added, changed, removed, total } = release.rules;
  return [
    release.revision,
    release.module,
    state,
    release.restores === undefined ? release.cause : `${release.cause} to ${release.restores}`,
    release.actor,
    `${total} (+${added.length} ~${changed.length} -${removed.length})`,
    release.published_at,
    release.publish_to_active_ms === null ? '-' : `${release.publish_to_active_ms.max} ms`,
  ];
}

function coloured({ state }: ReleaseAnswer, terminal: Terminal): string {
  if (state === 'converged') return terminal.style('green', state);
  return terminal.style(state === 'failed' ? 'red' : 'yellow', state);
}

function describe(release: ReleaseAnswer, terminal: Terminal): string {
  const facts = Object.entries(factsOf(release));
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  if (release.state === 'queued') return lines.join('\n');
  const rows = release.acks.map((ack) => [
    ack.node,
    ack.status === 'ACK' ? terminal.style('green', 'ACK') : terminal.style('red', 'NACK'),
    `${ack.publish_to_active_ms} ms`,
    String(ack.requests_during_reload),
    ack.error === undefined ? '' : `${ack.error.code} ${ack.error.message}`,
  ]);
  const missing = release.waiting.map((node) => [node, terminal.style('yellow', 'waiting')]);
  const header = ['node', 'answer', 'after', 'requests meanwhile', 'reason'];
  return `${lines.join('\n')}\n\n${renderTable(header, [...rows, ...missing])}`;
}

function factsOf(release: ReleaseAnswer): Record<string, string> {
  if (release.state === 'queued') {
    const { revision, cause, queued_at } = release;
    return { revision, state: 'queued', cause, queued: queued_at };
  }
  const { rules } = release;
  const change = (sign: string, ids: readonly string[]) => ids.map((id) => `${sign}${id}`);
  const changes = [
    ...change('+', rules.added),
    ...change('~', rules.changed),
    ...change('-', rules.removed),
  ];
  const shown = changes.length <= 10 ? changes : [...changes.slice(0, 10), '…'];
  return {
    revision: `${release.revision} (${release.semver})`,
    module: release.module,
    state: progressOf(release),
    cause: `${release.cause} by ${release.actor}`,
    ...(release.restores === undefined ? {} : { restores: release.restores }),
    ...(release.superseded_by === undefined ? {} : { 'superseded by': release.superseded_by }),
    previous: release.previous ?? '-',
    rules: `${rules.total} ${shown.join(' ')}`.trimEnd(),
    digest: release.digest,
    size: `${release.size} bytes`,
    queued: release.queued_at,
    compiled: release.compiled_at,
    published: release.published_at,
  };
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new InvalidArgumentError('It is a number from 1 to 1000.');
}

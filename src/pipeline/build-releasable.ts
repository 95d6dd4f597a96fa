import type { WafConfig } from '../rules/model.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { BuildResult } from './compile-protocol.ts';
import type { CompileThread } from './compile-thread.ts';
import { semverOf } from './rules-record.ts';

export interface BuildReleasableDeps {
  readonly book: Pick<RuleBook, 'merged' | 'kill'>;
  readonly thread: Pick<CompileThread, 'build'>;
  /** The merged rules as a file that a person may edit. */
  readonly wafConfig: { write(config: WafConfig): Promise<unknown> };
  readonly log: Logger;
  readonly now: () => number;
}

/**
 * Merges the rules as of now, writes waf-config.json and builds the artifact of `revision`.
 *
 * The door has compiled every rule before, so a refusal here is rare (a newer engine, a limit of the
 * whole set): the rules to blame are then held, which a person can see and undo, and the rest is built
 * once more. Rejects when the thread fails. A file that cannot be written is only logged: it must not
 * keep a rule from the nodes.
 */
export async function buildReleasable(
  revision: string,
  deps: BuildReleasableDeps,
): Promise<BuildResult> {
  const first = await mergeAndBuild(revision, deps);
  if (first.ok) return first;
  const blamed = [...new Set(first.diagnostics.flatMap(({ rule_id: id }) => id ?? []))];
  if (blamed.length === 0) return first;
  deps.log.error(
    { revision, diagnostics: first.diagnostics },
    `holds rules that do not build: ${blamed}`,
  );
  for (const id of blamed) {
    await deps.book.kill(true, { actor: 'release', source: 'clock' }, id);
  }
  return mergeAndBuild(revision, deps);
}

async function mergeAndBuild(
  revision: string,
  { book, thread, wafConfig, log, now }: BuildReleasableDeps,
): Promise<BuildResult> {
  const { config, source } = await book.merged(now());
  const createdAt = new Date(now()).toISOString();
  const job = { config, sources: source, revision, semver: semverOf(revision), createdAt };
  const writing = wafConfig
    .write(config)
    .catch((error) => log.error({ err: error }, 'waf-config.json could not be written'));
  const [result] = await Promise.all([thread.build(job), writing]);
  return result;
}

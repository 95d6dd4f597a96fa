import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Logger } from '../telemetry/logger.ts';
import type { Diagnostic } from './diagnostic.ts';
import { diffWafConfig, isEmptyEdit } from './diff-waf-config.ts';
import type { WafConfig } from './model.ts';
import { readWafConfig } from './read-waf-config.ts';
import type { RuleBook } from './rule-book.ts';
import type { RuleSetSettings } from './rule-document.ts';
import { serialiseWafConfig } from './waf-config-text.ts';
import { type FileWatch, watchFiles } from './watch-files.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** `waf-config.json`: written by every release, and read again when a person has edited it. */
export interface WafConfigFile {
  /**
   * Writes the merged rules. An edit that was not taken in yet is taken in first; while the rule store
   * does not answer, an edited file stays as it is.
   */
  write(config: WafConfig): Promise<void>;
  /** Takes in what a person changed since, if anything. */
  takeIn(): Promise<void>;
  /** What is wrong with the latest edit. */
  problems(): readonly Diagnostic[];
  close(): Promise<void>;
}

export interface WafConfigFileDeps {
  readonly path: string;
  readonly book: Pick<RuleBook, 'applyWafConfig'>;
  readonly settings: RuleSetSettings;
  /** Milliseconds of silence after which an edit is read; null: the file is not watched. */
  readonly watchDebounceMs: number | null;
  readonly now: () => number;
  readonly log: Logger;
}

/** The text that an edit is compared with, and what it says. */
interface Base {
  readonly text: string;
  readonly config: WafConfig;
}

/**
 * Opens `waf-config.json`. Beside it stands a copy of what was written last (`.waf-config.json.base`), so
 * that an edit made while nothing ran is told from a file that is merely old. A refused edit stays in
 * place until the next release and is then kept as `waf-config.rejected-<n>.json`.
 */
export async function createWafConfigFile(deps: WafConfigFileDeps): Promise<WafConfigFile> {
  const { path, log } = deps;
  const copy = join(dirname(path), `.${basename(path)}.base`);
  const nextCopy = `${copy}.next`;
  const { thresholds, on_budget, max_steps } = deps.settings;
  const empty: WafConfig = { version: 1, thresholds, on_budget, max_steps, rules: [] };
  let base = await readBase();
  let rejected: string | null = null;
  let problems: readonly Diagnostic[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  await mkdir(dirname(path), { recursive: true });
  await inTurn(takeIn).catch(failed);
  const watch = await startWatch();
  return {
    write: (config) => inTurn(() => write(config)),
    takeIn: () => inTurn(takeIn),
    problems: () => problems,
    async close() {
      await watch?.close();
      await tail;
    },
  };

  async function write(config: WafConfig): Promise<void> {
    await takeIn();
    const text = serialiseWafConfig(config);
    const present = await readIfThere(path);
    if (present === text && base?.text === text) return;
    if (present !== null && present === rejected) await keepRejected(present);
    else if (present !== null && present !== text && present !== base?.text) return;
    // The copy is there before the file is, so that a crash between the two does not make the file look
    // like somebody's edit.
    await writeFile(nextCopy, text);
    if (present !== text) await writeFileAtomically(path, text);
    await rename(nextCopy, copy);
    base = { text, config };
    problems = [];
  }

  async function takeIn(): Promise<void> {
    const text = await readIfThere(path);
    if (text === null || text === base?.text || text === rejected) return;
    const defaults = base?.config ?? deps.settings;
    const read = readWafConfig(text, { defaults, now: deps.now(), file: path });
    if (read.config === null) return reject(text, read.diagnostics);
    const edit = diffWafConfig(base?.config ?? empty, read.config);
    if (!isEmptyEdit(edit)) {
      const origin = { actor: 'waf-config', source: 'waf-config' } as const;
      const answer = await deps.book.applyWafConfig(edit, origin);
      if (!answer.ok) {
        const diagnostics = answer.diagnostics.map((found) => ({ ...found, file: path }));
        // A store that does not answer says nothing about the edit: it is taken in next time.
        if (answer.kind === 'busy') problems = diagnostics;
        else reject(text, diagnostics);
        return;
      }
      log.info(
        { ids: answer.ids, revision: answer.revision },
        'took in an edit of waf-config.json',
      );
    }
    await writeFile(nextCopy, text);
    await rename(nextCopy, copy);
    base = { text, config: read.config };
    rejected = null;
    problems = read.diagnostics;
  }

  function reject(text: string, diagnostics: readonly Diagnostic[]): void {
    rejected = text;
    problems = diagnostics;
    for (const problem of diagnostics) {
      const { line = 0, column = 0 } = problem;
      log.warn({ problem }, `${path}:${line}:${column} ${problem.message}`);
    }
  }

  async function keepRejected(text: string): Promise<void> {
    const stem = join(dirname(path), basename(path, '.json'));
    for (let number = 1; ; number++) {
      const kept = `${stem}.rejected-${number}.json`;
      try {
        await writeFile(kept, text, { flag: 'wx' });
        log.warn({ kept }, 'a refused edit of waf-config.json is kept beside it');
        rejected = null;
        return;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
    }
  }

  async function readBase(): Promise<Base | null> {
    const [present, next, written] = await Promise.all([path, nextCopy, copy].map(readIfThere));
    const text = next !== null && next === present ? next : written;
    if (text == null) return null;
    const { config } = readWafConfig(text, { defaults: deps.settings, now: deps.now() });
    return config === null ? null : { text, config };
  }

  async function startWatch(): Promise<FileWatch | null> {
    if (deps.watchDebounceMs === null) return null;
    return watchFiles(dirname(path), {
      only: path,
      debounceMs: deps.watchDebounceMs,
      onQuiet: () => {
        inTurn(takeIn).catch(failed);
      },
      onError: failed,
    });
  }

  function failed(error: unknown): void {
    log.warn({ err: error, path }, 'reading waf-config.json failed');
  }

  function inTurn(action: () => Promise<void>): Promise<void> {
    const result = tail.then(action);
    tail = result.catch(() => undefined);
    return result;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

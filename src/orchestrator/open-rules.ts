import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import type { CompileThread } from '../pipeline/compile-thread.ts';
import { createTrial } from '../pipeline/trial.ts';
import { createRuleBook, type OpenRuleBook } from '../rules/create-rule-book.ts';
import { openLastGoodTexts } from '../rules/last-good-texts.ts';
import type { ChangeMarker, RuleBook } from '../rules/rule-book.ts';
import type { RuleStore } from '../rules/rule-store.ts';
import { createStaticRules } from '../rules/static-rules.ts';
import { createWafConfigFile, type WafConfigFile } from '../rules/waf-config-file.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface RulesParts {
  readonly document: RuleStore;
  readonly thread: Pick<CompileThread, 'check'>;
  readonly marker: ChangeMarker;
  readonly now: () => number;
  readonly log: Logger;
}

export interface OpenRules {
  readonly book: RuleBook;
  readonly wafConfig: WafConfigFile;
  close(): Promise<void>;
}

/** The rule book over its three sources: the shared document, the rule files and waf-config.json. */
export async function openRules(settings: Settings, parts: RulesParts): Promise<OpenRules> {
  const { document, thread, marker, now, log } = parts;
  const { data_dir, rules_dir, waf_config, watch_debounce_ms } = settings.orchestrator;
  const isWatched = settings.waf.wasm.reload.auto_reload_on_file_change;
  const watchDebounceMs = isWatched ? watch_debounce_ms : null;
  const trial = createTrial(thread);
  let book: OpenRuleBook | undefined;
  const staticRules = await createStaticRules({
    dir: rules_dir,
    settings: settings.waf,
    trial,
    lastGood: await openLastGoodTexts(join(data_dir, 'static-rules.json'), log),
    watchDebounceMs,
    onChanged: () => {
      // Before the book is open, the check at the start of the pipeline sees the change.
      book
        ?.touch('rules', { actor: 'file', source: 'file' })
        .catch((error) => log.warn({ err: error }, 'changed rule files wait for the next release'));
    },
    now,
    log,
  });
  book = await createRuleBook({
    document,
    staticRules,
    trial,
    marker,
    settings: { waf: settings.waf, dynamicRules: settings.ml.dynamic_rules },
    now,
    log,
  });
  const wafConfig = await createWafConfigFile({
    path: waf_config,
    book,
    settings: settings.waf,
    watchDebounceMs,
    now,
    log,
  });
  const openBook = book;
  return {
    book: openBook,
    wafConfig,
    async close() {
      await Promise.all([staticRules.close(), wafConfig.close()]);
      await openBook.close();
    },
  };
}

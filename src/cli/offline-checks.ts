import { loadSettings } from '../config/load-settings.ts';
import { createRuleTrial } from '../pipeline/rule-trial.ts';
import { type CheckedText, checkText, checkWafConfig } from './check-text.ts';
import { readEngine } from './engine.ts';
import { readInput } from './read-input.ts';

/** Checks of files with the engine and settings of this package. */
export interface OfflineChecks {
  readonly engine: Uint8Array;
  /** A file of rules, or a waf-config. */
  checkFile(file: string): Promise<CheckedText>;
  checkWafConfigFile(file: string): Promise<CheckedText>;
}

export async function openOfflineChecks(env: NodeJS.ProcessEnv): Promise<OfflineChecks> {
  const engine = await readEngine();
  const trial = createRuleTrial(engine);
  const { thresholds, on_budget, max_steps } = loadSettings({ env }).waf;
  const defaults = { thresholds, on_budget, max_steps };
  const checkWith = (check: typeof checkText) => async (file: string) => {
    const text = (await readInput(file)).toString('utf8');
    return check(text, { file, defaults, trial, now: Date.now() });
  };
  return {
    engine,
    checkFile: checkWith(checkText),
    checkWafConfigFile: checkWith(checkWafConfig),
  };
}

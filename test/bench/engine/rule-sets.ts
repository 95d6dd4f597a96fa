import { existsSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';
import type { WafConfig } from '../../../src/rules/model.ts';
import { normalise, type WrittenRule } from '../../../src/rules/normalise.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { readRuleFiles } from '../../../src/rules/rule-files.ts';
import { configOf } from './our-waf.ts';

/** The Core Rule Set beside the project, when somebody put it there; never part of it. */
export const CRS_FOLDER = packagePath('..', 'shared', 'crs');

/** What `src/seclang` offers, as far as the benchmark needs it. */
interface Importer {
  importCrsFolder(
    folder: string,
    options: { readonly paranoia: 1 | 2 | 3 | 4 },
  ): Promise<{
    readonly rules: readonly unknown[];
    readonly thresholds: Readonly<Record<string, number>>;
  }>;
}

/** The rules that ship with the product. */
export async function referenceRules(): Promise<WafConfig> {
  const files = await readRuleFiles(packagePath('rules'));
  const rules = files.flatMap((file) => {
    if ('problem' in file) throw new Error(file.problem.message);
    return readRules(file.text, { now: 0, origin: 'file', file: file.file }).rules.map(
      ({ rule }) => rule,
    );
  });
  return configOf(rules);
}

/** The request rules of the Core Rule Set, paranoia level 1; null without its folder or the importer. */
export async function crsRules(): Promise<WafConfig | null> {
  const importer = packagePath('src', 'seclang', 'import-crs-folder.ts');
  if (!existsSync(CRS_FOLDER) || !existsSync(importer)) return null;
  const { importCrsFolder } = (await import(importer)) as Importer;
  const { rules, thresholds } = await importCrsFolder(CRS_FOLDER, { paranoia: 1 });
  return configOf(
    rules.map((rule) => normalise(rule as WrittenRule).rule),
    thresholds,
  );
}

import { type ImportResult, importSeclang } from '../../../src/seclang/import-seclang.ts';
import type { LanguageSupport } from '../../../src/seclang/language-support.ts';

/** Everything that SecLang needs of the rule language. */
export const FULL_SUPPORT: LanguageSupport = {
  captures: true,
  patternSelectors: true,
  nameSelectors: true,
};

export interface TextOptions {
  readonly paranoia?: 1 | 2 | 3 | 4;
  readonly data?: Readonly<Record<string, string>>;
  readonly variables?: ReadonlyMap<string, string>;
  readonly support?: LanguageSupport;
}

/** Imports one file, `a.conf`. */
export function importText(text: string, options: TextOptions = {}): ImportResult {
  return importSeclang([{ name: 'a.conf', text }], {
    ...(options.paranoia === undefined ? {} : { paranoia: options.paranoia }),
    ...(options.variables === undefined ? {} : { variables: options.variables }),
    data: (name) => options.data?.[name],
    support: options.support ?? FULL_SUPPORT,
  });
}

/** What is left out, as `line id reason`. */
export function gapsOf({ report }: ImportResult): readonly string[] {
  return report.gaps.map(({ line, id, reason }) => `${line} ${id} ${reason}`);
}

export function foldedOf({ report }: ImportResult): readonly string[] {
  return report.folded.map(({ line, id, reason }) => `${line} ${id} ${reason}`);
}

import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type FolderOptions, importCrsFolder } from '../seclang/import-crs-folder.ts';
import type { ImportReport } from '../seclang/import-report.ts';
import type { ImportResult } from '../seclang/import-seclang.ts';
import { CliFailure } from './cli-failure.ts';
import type { ImportCrsOptions } from './commands/import-crs.ts';
import { EXIT_CODE } from './exit-code.ts';

export interface ImportedFile {
  readonly out: string;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly report: ImportReport;
}

/** Imports a folder and writes the rules, and the report when it is asked for. */
export async function importFile(dir: string, options: ImportCrsOptions): Promise<ImportedFile> {
  const { out, report: reportFile, setup, paranoia, set, detectionOnly } = options;
  const { rules, thresholds, report } = await readFolder(dir, {
    ...(setup === undefined ? {} : { setup }),
    ...(paranoia === undefined ? {} : { paranoia }),
    ...(set === undefined ? {} : { variables: set }),
    ...(detectionOnly === undefined ? {} : { detectionOnly }),
  });
  // A file of rules says nothing of thresholds: they are a setting of the whole rule set.
  const isWafConfig = basename(out) === 'waf-config.json';
  await write(out, isWafConfig ? { version: 1, thresholds, rules } : { rules });
  if (reportFile !== undefined) await write(reportFile, { thresholds, ...report });
  return { out, thresholds, report };
}

async function readFolder(dir: string, options: FolderOptions): Promise<ImportResult> {
  try {
    return await importCrsFolder(dir, options);
  } catch (cause) {
    const { code, path, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const why = code === 'ENOENT' ? 'there is no such file or folder' : message;
    throw new CliFailure(EXIT_CODE.usage, `cannot read ${path ?? dir}: ${why}`, { cause });
  }
}

async function write(file: string, content: unknown): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
  } catch (cause) {
    const { message } = cause as Error;
    throw new CliFailure(EXIT_CODE.usage, `cannot write ${file}: ${message}`, { cause });
  }
}

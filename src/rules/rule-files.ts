import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LIMITS } from '../config/limits.ts';
import type { Diagnostic } from './diagnostic.ts';
import { toDiagnostic } from './fault.ts';

/** A rule file's text, or why there is none. */
export type RuleFile =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly problem: Diagnostic };

/**
 * Reads every `*.json` under a folder, by path. Hidden files and folders are passed over; links to files
 * are followed, as mounted configuration consists of them. A folder that does not exist holds nothing.
 */
export async function readRuleFiles(dir: string): Promise<RuleFile[]> {
  const names = await listFolder(dir);
  const wanted = names.filter(
    (name) => name.endsWith('.json') && !name.split(sep).some((part) => part.startsWith('.')),
  );
  const files = await Promise.all(wanted.sort().map((name) => readOne(join(dir, name))));
  return files.filter((file) => file !== null);
}

async function listFolder(dir: string): Promise<string[]> {
  try {
    return await readdir(dir, { recursive: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** null when it is not a file, or not any more. */
async function readOne(file: string): Promise<RuleFile | null> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) return null;
    if (stats.size > LIMITS.batch.max_body_bytes) {
      return unreadable(file, `it has ${stats.size} bytes`);
    }
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    return unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(file: string, why: string): RuleFile {
  const problem = toDiagnostic(
    {
      code: 'WAF_ERR_RULE_FILE_UNREADABLE',
      pointer: '',
      message: `the rule file cannot be read: ${why}`,
      hint: `Make it readable and at most ${LIMITS.batch.max_body_bytes} bytes long.`,
    },
    null,
    file,
  );
  return { file, problem };
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}

import { readFile } from 'node:fs/promises';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';

/** The bytes of a file named on the command line. */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new CliFailure(EXIT_CODE.usage, `cannot read ${file}: ${why}`, { cause });
  }
}

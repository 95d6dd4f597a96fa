import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly json: string | undefined;
  readonly rounds: number;
  /** Only groups whose name begins with this. */
  readonly only: string | undefined;
  readonly quick: boolean;
  readonly writeDocs: boolean;
  /** Time of the search for the worst input. */
  readonly searchSeconds: number;
  /** Time of each load, for the proxy. */
  readonly seconds: number;
}

/** Reads the command line; with `--help`, or when it is wrong, prints `usage` and ends. */
export function readOptions(usage: string): BenchOptions {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'string' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        quick: { type: 'boolean', default: false },
        'write-docs': { type: 'boolean', default: false },
        'search-seconds': { type: 'string' },
        seconds: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return end(usage, 0);
    const { quick } = values;
    return {
      json: values.json,
      rounds: positive('rounds', values.rounds ?? (quick ? '2' : '5')),
      only: values.only,
      quick,
      writeDocs: values['write-docs'],
      searchSeconds: positive('search-seconds', values['search-seconds'] ?? (quick ? '2' : '20')),
      seconds: positive('seconds', values.seconds ?? (quick ? '1' : '4')),
    };
  } catch (error) {
    return end(`${(error as Error).message}\n\n${usage}`, 2);
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text} is not a positive number`);
  return value;
}

function end(text: string, code: number): never {
  process.stdout.write(`${text}\n`);
  process.exit(code);
}

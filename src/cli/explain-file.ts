import type { InspectionRequest } from '../engine/verdict.ts';
import { byteText } from '../evaluation/byte-text.ts';
import { type ExplainedRequest, explainRequest } from '../evaluation/explain-request.ts';
import { rawRequest } from '../evaluation/raw-request.ts';
import { readJsonLine } from '../evaluation/read-json-line.ts';
import { readDefaults, UNKNOWN_CLIENT } from '../evaluation/read-options.ts';
import { createReplay } from '../evaluation/replay.ts';
import { withContentLength } from '../evaluation/with-content-length.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import { readInput } from './read-input.ts';
import { readRunnable } from './read-runnable.ts';
import type { Terminal } from './terminal.ts';

/** How a request is given: in a file, or piece by piece. */
export interface RequestOptions {
  readonly method?: string;
  readonly uri?: string;
  readonly header: readonly string[];
  readonly data?: string;
  readonly client?: string;
  /** Which line of a file with several. */
  readonly id?: string;
}

export interface ExplainedFile {
  readonly id: string | null;
  readonly method: string;
  readonly uri: string;
  readonly explained: ExplainedRequest;
}

/** Explains one request by what is in a config or artifact. Throws CliFailure. */
export async function explainFile(
  file: string | undefined,
  options: RequestOptions & { readonly config: string },
  terminal: Terminal,
): Promise<ExplainedFile> {
  const { id, request } =
    file === undefined
      ? { id: null, request: requestOfOptions(options) }
      : requestOfFile(await read(file, terminal), file, options.id);
  const { client: sourceIp = request.sourceIp } = options;
  const replay = createReplay(await readRunnable(options.config, terminal.env));
  const explained = explainRequest(replay, { ...request, sourceIp });
  return { id, method: request.method, uri: request.uri, explained };
}

async function read(file: string, terminal: Terminal): Promise<Buffer> {
  return file === '-' ? Buffer.from(await terminal.readStdin()) : readInput(file);
}

interface Named {
  readonly id: string | null;
  readonly request: InspectionRequest;
}

/** JSON lines when it begins with a brace, else a raw request. */
function requestOfFile(bytes: Buffer, file: string, id: string | undefined): Named {
  if (!/^\s*\{/.test(bytes.subarray(0, 64).toString('latin1'))) {
    return { id: null, request: rawRequest(bytes, Date.now()) };
  }
  const lines = bytes.toString('utf8').split('\n');
  const defaults = readDefaults({ now: Date.now() });
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const recorded = readJsonLine(line, i + 1, defaults);
    if (typeof recorded === 'string') {
      if (id !== undefined) continue;
      throw new CliFailure(EXIT_CODE.refused, `${file}:${i + 1} is no request: ${recorded}`);
    }
    if (id === undefined || recorded.id === id) return recorded;
  }
  throw new CliFailure(EXIT_CODE.refused, `${file} has no request ${id ?? ''}`.trim());
}

function requestOfOptions(options: RequestOptions): InspectionRequest {
  const { uri, data, header } = options;
  if (uri === undefined) {
    throw new CliFailure(EXIT_CODE.usage, 'which request?', {
      hint: 'Give a file, or --uri with --method, --header and --data, or --request-id.',
    });
  }
  const body = data === undefined || data === '' ? null : Buffer.from(data, 'utf8');
  const method = options.method ?? (data === undefined ? 'GET' : 'POST');
  const headers = header.flatMap((line) => headerOf(line));
  const isGiven = (name: string) =>
    headers.some((each, i) => i % 2 === 0 && each.toLowerCase() === name);
  if (!isGiven('host')) headers.unshift('Host', 'localhost');
  if (data !== undefined && !isGiven('content-type')) {
    headers.push('Content-Type', 'application/x-www-form-urlencoded');
  }
  return {
    ...{ method, uri: byteText(uri), version: 'HTTP/1.1', sourceIp: UNKNOWN_CLIENT },
    ...{ headers: withContentLength(method, headers, body), body, now: Date.now() },
  };
}

function headerOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon > 0) return [byteText(line.slice(0, colon)), byteText(line.slice(colon + 1).trim())];
  throw new CliFailure(EXIT_CODE.usage, `--header ${line}: it is no "Name: value"`);
}

import { gunzipSync } from 'node:zlib';
import { FtwError } from './ftw-error.ts';
import type { FtwExpectation, FtwRequest, FtwResponse, FtwTest } from './ftw-test.ts';

/** What a line of the file may have; everything but the id is optional. */
interface WrittenTest {
  readonly test_id: string;
  readonly category?: string;
  readonly request?: WrittenMessage & { method?: string; uri?: string; version?: string };
  readonly raw_b64?: string;
  readonly autocomplete_headers?: boolean;
  readonly response?: WrittenMessage & { status?: number };
  readonly overrides?: Readonly<Record<string, { readonly output?: WrittenOutput | null }>>;
}

interface WrittenMessage {
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly body_b64?: string;
}

interface WrittenLog {
  readonly expect_ids?: readonly number[];
  readonly no_expect_ids?: readonly number[];
  readonly match_regex?: string;
  readonly no_match_regex?: string;
}

interface WrittenOutput extends WrittenLog {
  readonly status?: number;
  readonly expect_error?: boolean;
  /** Of an override. */
  readonly log?: WrittenLog;
}

const GZIP = [0x1f, 0x8b];

/** Reads a flattened suite, plain or gzipped. Throws FtwError with the number of a line that is no test. */
export function readFtwTests(bytes: Uint8Array): readonly FtwTest[] {
  const isPacked = bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
  const text = Buffer.from(isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readTest(line, index + 1)]));
}

function readTest(line: string, number: number): FtwTest {
  const written = parse(line, number);
  const { test_id, category = '', raw_b64, autocomplete_headers = true } = written;
  const overrides = Object.entries(written.overrides ?? {});
  return {
    testId: test_id,
    category,
    request: requestOf(written.request ?? {}),
    raw: raw_b64 === undefined ? null : Buffer.from(raw_b64, 'base64'),
    autocompleteHeaders: autocomplete_headers,
    expected: expectationOf(written as WrittenOutput),
    overrides: new Map(
      overrides.map(([engine, { output }]) => [
        engine,
        expectationOf({ ...output, ...output?.log }),
      ]),
    ),
    response: written.response === undefined ? null : responseOf(written.response),
  };
}

function parse(line: string, number: number): WrittenTest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new FtwError('WAF_ERR_FTW_TEST', `line ${number} is not JSON`, { cause });
  }
  const isTest = typeof (value as WrittenTest | null)?.test_id === 'string';
  if (!isTest) throw new FtwError('WAF_ERR_FTW_TEST', `line ${number} has no test_id`);
  return value as WrittenTest;
}

function requestOf(written: NonNullable<WrittenTest['request']>): FtwRequest {
  const { method = 'GET', uri = '/', version = 'HTTP/1.1', headers = [] } = written;
  return { method, uri, version, headers, body: bodyOf(written) };
}

function responseOf(written: NonNullable<WrittenTest['response']>): FtwResponse {
  const { status = 200, headers = [] } = written;
  return { status, headers, body: bodyOf(written) };
}

function bodyOf({ body = '', body_b64 }: WrittenMessage): Uint8Array {
  return body_b64 === undefined ? Buffer.from(body, 'utf8') : Buffer.from(body_b64, 'base64');
}

function expectationOf(written: WrittenOutput): FtwExpectation {
  return {
    expectIds: written.expect_ids ?? [],
    noExpectIds: written.no_expect_ids ?? [],
    matchRegex: written.match_regex ?? null,
    noMatchRegex: written.no_match_regex ?? null,
    status: written.status ?? null,
    expectError: written.expect_error ?? false,
  };
}

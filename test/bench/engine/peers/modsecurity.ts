import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packagePath } from '../../../../src/config/package-root.ts';
import type { InspectionRequest } from '../../../../src/engine/verdict.ts';
import { findTool } from '../../../../src/launcher/find-tool.ts';
import { progress } from '../../report/progress.ts';
import type { LabelledRequest } from '../../workload/workload.ts';
import { writeCrsConfiguration } from './crs-configuration.ts';
import { debianTools } from './debian-tools.ts';

const run = promisify(execFile);
const SOURCE = fileURLToPath(new URL('./modsecurity.c', import.meta.url));
const PROGRAM = packagePath('.secbeat', 'bench', 'modsecurity');
const HEADER = 'include/modsecurity/modsecurity.h';

export interface BatchResult {
  readonly microseconds: Float64Array;
  readonly blocked: boolean[];
}

/** ModSecurity with the Core Rule Set, in a process of its own that measures itself. */
export interface ModSecurity {
  judge(requests: readonly LabelledRequest[]): Promise<BatchResult>;
  close(): void;
}

/** Null, after one line on stderr, when the library, a C compiler or the rules are missing. */
export async function startModSecurity(): Promise<ModSecurity | null> {
  const configuration = writeCrsConfiguration();
  if (configuration === null) return missing('the Core Rule Set is not beside the project');
  try {
    const driver = spawn(await buildDriver(), [configuration], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const read = createReader(driver);
    await read(4);
    return {
      async judge(requests) {
        driver.stdin.write(encodeBatch(requests.map(({ request }) => request)));
        return decodeResults(await read(requests.length * 8));
      },
      close: () => driver.stdin.end(),
    };
  } catch (error) {
    return missing((error as Error).message.split('\n')[0]!);
  }
}

function missing(reason: string): null {
  progress(`ModSecurity cannot be had, its rows are left out: ${reason}`);
  return null;
}

async function buildDriver(): Promise<string> {
  const compiler = findTool('gcc') ?? findTool('cc');
  if (compiler === undefined) throw new Error('there is no C compiler');
  const root = existsSync(join('/usr', HEADER)) ? '/' : await debianTools(['libmodsecurity-dev']);
  mkdirSync(dirname(PROGRAM), { recursive: true });
  await run(compiler.path, ['-O2', '-o', PROGRAM, SOURCE, ...searchPaths(root), '-lmodsecurity']);
  return PROGRAM;
}

/** For unpacked packages, where the compiler and the loader would not look. */
function searchPaths(root: string): string[] {
  if (root === '/') return [];
  const architecture = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[
    process.arch as string
  ];
  const folders = [join(root, 'usr', 'lib', architecture ?? ''), join(root, 'usr', 'lib')];
  const libraries = folders.flatMap((folder) => [
    `-L${folder}`,
    `-Wl,-rpath,${folder}`,
    `-Wl,-rpath-link,${folder}`,
  ]);
  return [`-I${join(root, 'usr', 'include')}`, ...libraries];
}

/** Returns a function that waits for so many bytes of the driver's output. */
function createReader(driver: ChildProcess): (bytes: number) => Promise<Buffer> {
  let received = Buffer.alloc(0);
  let wake = () => {};
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure = error;
    wake();
  };
  driver.stdout!.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  driver.once('error', fail);
  driver.once('exit', (code) => fail(new Error(`the driver ended with ${code}`)));
  return async (bytes) => {
    while (received.length < bytes) {
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const taken = received.subarray(0, bytes);
    received = received.subarray(bytes);
    return taken;
  };
}

function encodeBatch(requests: readonly InspectionRequest[]): Buffer {
  const parts: Buffer[] = [word(requests.length)];
  const add = (bytes: Uint8Array) => parts.push(word(bytes.length), Buffer.from(bytes));
  const addText = (text: string) => add(Buffer.from(text, 'latin1'));
  for (const { method, uri, version, sourceIp, headers, body } of requests) {
    for (const text of [method, uri, version.replace('HTTP/', ''), sourceIp]) addText(text);
    parts.push(word(headers.length / 2));
    for (const text of headers) addText(text);
    add(body ?? new Uint8Array());
  }
  return Buffer.concat(parts);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function decodeResults(bytes: Buffer): BatchResult {
  const count = bytes.length / 8;
  const microseconds = Float64Array.from(
    { length: count },
    (_, i) => bytes.readUInt32LE(i * 8) / 1000,
  );
  const blocked = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(i * 8 + 4) === 403);
  return { microseconds, blocked };
}

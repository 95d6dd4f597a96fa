import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packagePath } from '../../../src/config/package-root.ts';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { findTool } from '../../../src/launcher/find-tool.ts';
import { debianTools } from '../engine/peers/debian-tools.ts';
import { progress } from '../report/progress.ts';
import { pinned, type ServerProcess } from './server-process.ts';

const run = promisify(execFile);
const FOLDER = packagePath('.secbeat', 'bench');
const CONNECTIONS = 32;

export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Processor time of the server per request, µs; 0 where it is not known. */
  readonly cpuUs: number;
  /** Answers other than 200. */
  readonly refused: number;
}

export type Load = (server: ServerProcess, seconds: number) => Promise<LoadResult>;

interface Counted {
  readonly requests: number;
  readonly seconds: number;
  readonly refused: number;
}

/** What is used of autocannon, which has no types. */
interface Autocannon {
  default(options: object): Promise<{
    readonly requests: { readonly total: number };
    readonly duration: number;
    readonly non2xx: number;
  }>;
}
const AUTOCANNON: string = 'autocannon';

/** Sends the requests over and over on 32 connections, with wrk or, where there is none, autocannon. */
export async function createLoad(requests: readonly InspectionRequest[]): Promise<Load> {
  const wrk = await findWrk();
  const send = wrk === null ? withAutocannon(requests) : withWrk(wrk, requests);
  return async (server, seconds) => {
    const before = server.cpuSeconds();
    const counted = await send(server.port, seconds);
    const after = server.cpuSeconds();
    const cpu = before === null || after === null ? 0 : after - before;
    return {
      requestsPerSecond: counted.requests / counted.seconds,
      cpuUs: (cpu * 1e6) / Math.max(1, counted.requests),
      refused: counted.refused,
    };
  };
}

async function findWrk(): Promise<string | null> {
  const installed = findTool('wrk');
  if (installed) return installed.path;
  try {
    const root = await debianTools(['wrk']);
    return findTool('wrk', { path: '', systemFolders: [], toolsFolder: root })?.path ?? null;
  } catch {
    progress(
      'wrk cannot be had, autocannon sends the load; it is slower than the servers it measures',
    );
    return null;
  }
}

function withWrk(wrk: string, requests: readonly InspectionRequest[]) {
  mkdirSync(FOLDER, { recursive: true });
  const script = join(FOLDER, 'wrk.lua');
  writeFileSync(script, luaScript(requests));
  return async (port: number, seconds: number): Promise<Counted> => {
    const args = ['-t1', `-c${CONNECTIONS}`, `-d${Math.ceil(seconds)}s`, '-s', script];
    const command = pinned({ path: wrk, args: [...args, `http://127.0.0.1:${port}`] }, 'load');
    const { stdout } = await run(command.path, command.args);
    const [, done, microseconds, refused] = /^result (\d+) (\d+) (\d+)$/m.exec(stdout)!;
    return {
      requests: Number(done),
      seconds: Number(microseconds) / 1e6,
      refused: Number(refused),
    };
  };
}

function luaScript(requests: readonly InspectionRequest[]): string {
  const lines = requests.map((request) => `"${luaText(wireFormat(request))}",`);
  return `local requests = {
${lines.join('\n')}
}
local turn = 0
request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
done = function(summary)
  io.write(string.format("result %d %d %d\\n", summary.requests, summary.duration, summary.errors.status))
end
`;
}

function wireFormat({ method, uri, version, headers, body }: InspectionRequest): Buffer {
  let head = `${method} ${uri} ${version}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body ?? Buffer.alloc(0)]);
}

function luaText(bytes: Buffer): string {
  let text = '';
  for (const byte of bytes) text += `\\${String(byte).padStart(3, '0')}`;
  return text;
}

const WRITTEN_BY_AUTOCANNON = new Set(['host', 'connection', 'content-length']);

function withAutocannon(requests: readonly InspectionRequest[]) {
  const prepared = requests.map(({ method, uri, headers, body }) => ({
    method,
    path: uri,
    headers: Object.fromEntries(
      headers.flatMap((name, i) =>
        i % 2 === 1 || WRITTEN_BY_AUTOCANNON.has(name) ? [] : [[name, headers[i + 1]!]],
      ),
    ),
    ...(body && { body: Buffer.from(body) }),
  }));
  return async (port: number, seconds: number): Promise<Counted> => {
    const { default: autocannon } = (await import(AUTOCANNON)) as Autocannon;
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: CONNECTIONS,
      duration: Math.ceil(seconds),
      requests: prepared,
    });
    return { requests: result.requests.total, seconds: result.duration, refused: result.non2xx };
  };
}

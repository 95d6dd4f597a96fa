import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../src/config/entry-point.ts';
import { packagePath } from '../../src/config/package-root.ts';
import { buildUniversalWaf } from '../../src/pipeline/build-universal-waf.ts';
import type { WafConfig } from '../../src/rules/model.ts';
import { configOf, ENGINE_FILE, startOurWaf } from './engine/our-waf.ts';
import { crsRules, referenceRules } from './engine/rule-sets.ts';
import { createLoad, type LoadResult } from './proxy/load.ts';
import { findNginx, startNginxProxy, startNginxUpstream } from './proxy/nginx.ts';
import { type ServerProcess, startServer } from './proxy/server-process.ts';
import { interleave, overRounds } from './report/interleave.ts';
import { describeLoad, describeMachine } from './report/machine.ts';
import { readOptions } from './report/options.ts';
import { progress } from './report/progress.ts';
import { describeRow, type Peer, type Row, rowsOf, writeRows } from './report/rows.ts';
import { writeDocs } from './report/write-docs.ts';
import { createWorkload } from './workload/workload.ts';

const options = readOptions(`npm run bench:proxy -- [options]

Measures the data plane of a node with all rules beside nginx, and nginx with ModSecurity and the Core Rule
Set: requests a second and processor time per request, on loopback, one process each.

  --json FILE       write {"rows": [{name, value, unit, peer?, ratio?}]}
  --rounds N        rounds (5; after two that warm up)
  --seconds N       length of each load (4)
  --quick           short, to see that everything runs; the figures mean little
  --write-docs      put the table into docs/performance.md
  --help`);

const FOLDER = packagePath('.secbeat', 'bench');
const load = describeLoad();
progress(`${describeMachine()}; ${load}`);

const nginx = await findNginx();
const upstream = nginx ? await startNginxUpstream(nginx) : await startPlainUpstream();
const servers = await startServers();
const rows = await measure(servers);
for (const server of [...servers.values(), upstream]) server.close();

for (const row of rows) process.stdout.write(`${describeRow(row)}\n`);
if (options.json !== undefined) writeRows(options.json, rows);
if (options.writeDocs) {
  writeDocs(rows, {
    table: 'proxy',
    command: 'npm run bench:proxy -- --write-docs',
    rounds: options.rounds,
    load,
    date: new Date().toISOString().slice(0, 10),
    notes: [
      `Each load lasted ${options.seconds} s: 200 benign requests over and over, 32 connections.`,
    ],
  });
}

function startPlainUpstream(): Promise<ServerProcess> {
  const { url, execArgv } = entryPoint(import.meta.url, './proxy/upstream-process');
  const args = [...execArgv, fileURLToPath(url)];
  return startServer({ path: process.execPath, args }, 'load');
}

/** By name, in the order in which they are loaded. */
async function startServers(): Promise<Map<string, ServerProcess>> {
  const servers = new Map<string, ServerProcess>();
  servers.set('ours', await startDataPlane('reference', await referenceRules()));
  servers.set('ours without rules', await startDataPlane('no-rules', configOf([])));
  const crs = await crsRules();
  if (crs === null) progress('the Core Rule Set or its importer is missing, its rows are left out');
  else servers.set('ours with CRS PL1', await startDataPlane('crs-pl1', crs));
  if (nginx) servers.set('nginx', await startNginxProxy(nginx, upstream.port, null));
  if (nginx?.modsecurity) {
    const server = await startNginxProxy(nginx, upstream.port, nginx.modsecurity);
    servers.set('nginx-modsecurity-crs', server);
  }
  return servers;
}

async function startDataPlane(name: string, config: WafConfig): Promise<ServerProcess> {
  const { rules } = startOurWaf(name, config);
  const built = buildUniversalWaf({
    config: { ...config, rules },
    engine: readFileSync(ENGINE_FILE),
    revision: 'v1',
    semver: '1.0.0',
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  if (!built.ok) throw new Error(built.diagnostics[0]!.message);
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.wasm`);
  writeFileSync(file, built.bytes);
  const args = [file, `http://127.0.0.1:${upstream.port}`];
  const script = fileURLToPath(new URL('./proxy/data-plane-process.mjs', import.meta.url));
  return startServer({ path: process.execPath, args: [script, ...args] }, 'server');
}

async function measure(servers: ReadonlyMap<string, ServerProcess>): Promise<Row[]> {
  const benign = createWorkload(5_000).filter(({ attack }) => !attack);
  const send = await createLoad(benign.slice(0, 200).map(({ request }) => request));
  const sides = [...servers].map(([name, server]) => ({
    name,
    run: (round: number) => send(server, round < 0 ? 1 : options.seconds),
  }));
  const samples = await interleave(sides, options.rounds, (round) =>
    progress(`proxy, round ${round}`),
  );
  for (const [name, results] of samples) {
    const refused = overRounds(results, (result) => result.refused);
    if (refused > 0) progress(`${name} refused ${refused} requests in its middle round`);
  }
  return [
    ...compare('proxy', 'ours', samples),
    ...compare('proxy.no_rules', 'ours without rules', samples),
    ...(samples.has('ours with CRS PL1')
      ? compare('proxy.crs_pl1', 'ours with CRS PL1', samples)
      : []),
  ];
}

function compare(prefix: string, ours: string, samples: ReadonlyMap<string, LoadResult[]>): Row[] {
  const rowsFor = (name: string, unit: string, figure: (result: LoadResult) => number) => {
    const peers: Partial<Record<Peer, number>> = {};
    for (const peer of ['nginx', 'nginx-modsecurity-crs'] as const) {
      const results = samples.get(peer);
      if (results) peers[peer] = overRounds(results, figure);
    }
    return rowsOf(name, unit, overRounds(samples.get(ours)!, figure), peers);
  };
  const join = prefix.includes('.') ? '_' : '.';
  return [
    ...rowsFor(`${prefix}${join}rps`, 'requests/s', ({ requestsPerSecond }) => requestsPerSecond),
    ...rowsFor(`${prefix}${join}cpu_us`, 'µs', ({ cpuUs }) => cpuUs),
  ];
}

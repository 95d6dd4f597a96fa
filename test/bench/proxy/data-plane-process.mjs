/*
 * The data plane of a node as its worker processes run it: compiled, without fleet and administration.
 * Arguments: file of the artifact, origin of the upstream. Prints its port.
 */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { digestOf } from '../../../dist/artifact/digest.js';
import { loadSettings } from '../../../dist/config/load-settings.js';
import { createLocalDataPlane } from '../../../dist/node/data-plane/local-data-plane.js';
import { TokenBuckets } from '../../../dist/node/proxy/token-buckets.js';

const [artifactFile, upstream] = process.argv.slice(2);
const bytes = readFileSync(artifactFile);
const overrides = {
  node: { port: 0, host: '127.0.0.1', upstream },
  signing: { required: false, trusted_key_files: [] },
};
const { node, waf, signing } = loadSettings({ env: {}, overrides });
const tokens = new TokenBuckets();
const log = pino({ level: 'silent' });
const config = { node, waf, signing, artifactDir: '' };
const plane = await createLocalDataPlane(config, { tokens, now: Date.now, log });
const candidate = { digest: digestOf(bytes), bytes, stored: Promise.resolve(), origin: 'upload' };
await plane.activate(await plane.stage({ name: 'universal-waf', ...candidate }));
const { port } = await plane.start();
process.stdout.write(`${port}\n`);

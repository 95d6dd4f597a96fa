import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { digestOf } from '../../../src/artifact/digest.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { createLocalDataPlane } from '../../../src/node/data-plane/local-data-plane.ts';
import { TokenBuckets } from '../../../src/node/proxy/token-buckets.ts';

/**
 * The data plane of a node, as its worker processes run it, without fleet and administration.
 * Arguments: file of the artifact, origin of the upstream. Prints its port.
 */
const [artifactFile, upstream] = process.argv.slice(2);
const bytes = readFileSync(artifactFile!);
const overrides = {
  node: { port: 0, host: '127.0.0.1', upstream: upstream! },
  signing: { required: false, trusted_key_files: [] },
};
const { node, waf, signing } = loadSettings({ env: {}, overrides });
const buckets = new TokenBuckets();
const plane = await createLocalDataPlane(
  { node, waf, signing, artifactDir: '' },
  {
    tokens: { take: (key, size, now) => buckets.take(key, size, now) },
    now: Date.now,
    log: pino({ level: 'silent' }),
  },
);
const digest = digestOf(bytes);
const candidate = { digest, bytes, stored: Promise.resolve(), origin: 'upload' } as const;
await plane.activate(await plane.stage({ name: 'universal-waf', ...candidate }));
const { port } = await plane.start();
process.stdout.write(`${port}\n`);

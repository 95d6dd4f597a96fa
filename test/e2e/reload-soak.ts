import { parseArgs } from 'node:util';
import { startFleet } from './fleet.ts';
import { soak } from './soak.ts';

/** `npm run e2e:reload -- [--reloads 1000] [--seed N]`: the soak as a command; prints its report as JSON. */
const { values } = parseArgs({
  options: {
    reloads: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const reloads = Number(values.reloads);
const fleet = await startFleet({ nodes: 3 });
const report = await soak(fleet, reloads, Number(values.seed), (done) => {
  if (done % 50 === 0 || done === reloads) process.stderr.write(`${done}/${reloads} reloads\n`);
});
await fleet.close();
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
const clean =
  report.requests.failed === 0 && report.server_errors === 0 && report.judged.wrong === 0;
process.exit(clean ? 0 : 1);

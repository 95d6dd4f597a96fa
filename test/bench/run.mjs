/*
 * `npm run bench:engine` and `npm run bench:proxy`: brings a fresh clone to the point where they can run,
 * then hands over. Plain JavaScript, because there may be no node_modules yet.
 */
import { buildWhatIsStale } from '../../src/launcher/bootstrap/build-steps.mjs';
import { installDependencies } from '../../src/launcher/bootstrap/install-dependencies.mjs';
import { exitCode } from '../../src/launcher/bootstrap/run-step.mjs';

const [name, ...args] = process.argv.slice(2);
await installDependencies();
if (!args.includes('--help')) await buildWhatIsStale();
process.exitCode = await exitCode(process.execPath, [
  '--import',
  'tsx',
  `test/bench/${name}.ts`,
  ...args,
]);

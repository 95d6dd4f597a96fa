/*
 * The two commands of a fresh clone, `npm start` and `npm test`. Plain JavaScript without a
 * dependency, because there may be no node_modules yet; it brings the clone to the point where the
 * compiled programs can take over.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `SecBeat needs Node 20.19 or newer (22 and 24 work too); this is ${process.version}.\n` +
      'Get it from https://nodejs.org or with your version manager, e.g. "nvm install 24".',
  );
  process.exit(1);
}

const { endOnBrokenPipe } = await import('./bootstrap/end-on-broken-pipe.mjs');
const { StepFailed } = await import('./bootstrap/run-step.mjs');
const { installDependencies } = await import('./bootstrap/install-dependencies.mjs');
const { buildWhatIsStale } = await import('./bootstrap/build-steps.mjs');

const COMMANDS = {
  async start(args) {
    const { startProgram } = await import('./bootstrap/start-program.mjs');
    await startProgram(args);
  },
  async test() {
    const { runTests } = await import('./bootstrap/run-tests.mjs');
    await runTests();
  },
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  console.error(`usage: node src/launcher/bootstrap.mjs ${Object.keys(COMMANDS).join('|')}`);
  process.exit(2);
}

process.stdout.on('error', endOnBrokenPipe);
try {
  await installDependencies();
  await buildWhatIsStale();
  // The program has a way of its own to end when nobody reads its output: it stops what it started.
  if (name === 'start') process.stdout.off('error', endOnBrokenPipe);
  await command(args);
} catch (error) {
  // A failed step has shown its own output; an error with a code is meant for a person to read.
  if (error instanceof StepFailed || typeof error.code === 'string') console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
}

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, runNode, StepFailed } from './run-step.mjs';

const VITEST = 'node_modules/vitest/vitest.mjs';
const TSC = 'node_modules/typescript/bin/tsc';
const REPORTS = join(ROOT, '.secbeat', 'test-reports');

const CHECKS = [
  ['Format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']],
  ['Generated files are current', 'schemas/generate.mjs', ['--check']],
  ['Types of src', TSC, ['-p', 'tsconfig.json', '--noEmit']],
  ['Types of test', TSC, ['-p', 'test/tsconfig.json']],
];

/** Runs every check and every test suite, cheapest first; the first failure ends it. */
export async function runTests() {
  await obtainTools();
  mkdirSync(REPORTS, { recursive: true });
  const env = cleanEnvironment();
  const total = { passed: 0, failed: 0 };
  try {
    for (const [title, script, args] of CHECKS) await runNode(title, script, args, env);
    for (const suite of ['unit', 'integration', 'e2e']) await runSuite(suite, env, total);
  } finally {
    console.log(`\n${total.passed} passed, ${total.failed} failed`);
  }
}

async function runSuite(suite, env, total) {
  const report = join(REPORTS, `${suite}.json`);
  rmSync(report, { force: true });
  let counted;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    await runNode(`Tests: ${suite}`, VITEST, ['run', '--project', suite, ...reporters], env);
  } finally {
    counted = readReport(report);
    total.passed += counted.numPassedTests;
    total.failed += counted.numFailedTests;
  }
  if (counted.numPassedTests === 0) throw new StepFailed(`✗ Tests: ${suite} ran no test`);
}

/** The servers and WebAssembly tools that the tests run against. */
async function obtainTools() {
  const module = pathToFileURL(join(ROOT, 'dist', 'launcher', 'obtain-tools.js')).href;
  const { obtainTools } = await import(module);
  await obtainTools(['redis-server', 'nats-server', 'wasm-validate', 'spectest-interp']);
}

/** Without the settings of the person who runs the tests: the tests start servers of their own. */
function cleanEnvironment() {
  const settings = /^(SECBEAT_.*|NATS_URL|REDIS_URL|MANAGEMENT_API_KEY|ORCHESTRATOR_API_KEY)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name)));
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0 };
  }
}

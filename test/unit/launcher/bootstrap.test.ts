import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../servers.ts';

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean }>;
}

const { isInstalled } = (await import(
  '../../../src/launcher/bootstrap/install-dependencies.mjs' as string
)) as { isInstalled(wanted: Lock, present: Lock | null): boolean };
const { fingerprint } = (await import(
  '../../../src/launcher/bootstrap/fingerprint.mjs' as string
)) as { fingerprint(paths: readonly string[]): string };

const LOCK: Lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '2.0.0' },
    'node_modules/only-elsewhere': { version: '3.0.0', optional: true },
  },
};

function present(changes: Lock['packages'] = {}): Lock {
  return {
    packages: {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a/node_modules/b': { version: '2.0.0' },
      ...changes,
    },
  };
}

const INSTALLED: readonly [what: string, present: Lock | null, expected: boolean][] = [
  ['nothing', null, false],
  ['an empty folder', { packages: {} }, false],
  ['exactly the locked packages', present(), true],
  ['another version of one', present({ 'node_modules/a': { version: '1.0.1' } }), false],
  ['all but a nested one', { packages: { 'node_modules/a': { version: '1.0.0' } } }, false],
  [
    'an optional one in another version',
    present({ 'node_modules/only-elsewhere': { version: '2.9.0' } }),
    false,
  ],
  [
    'an optional one as locked',
    present({ 'node_modules/only-elsewhere': { version: '3.0.0' } }),
    true,
  ],
  ['one more than locked', present({ 'node_modules/more': { version: '1.0.0' } }), true],
];

test('dependencies - the table has its size', () => expect(INSTALLED).toHaveLength(8));

test.each(INSTALLED)('dependencies - %s installed: %3$s', (_, lock, expected) => {
  expect(isInstalled(LOCK, lock)).toBe(expected);
});

test('fingerprint - depends on names and contents, not on dates', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'x'));
  const file = join(folder, 'x', 'a.ts');
  writeFileSync(file, 'one');
  const first = fingerprint([folder]);
  utimesSync(file, 1, 1);
  expect(fingerprint([folder])).toBe(first);
  writeFileSync(file, 'two');
  const second = fingerprint([folder]);
  expect(second).not.toBe(first);
  renameSync(file, join(folder, 'x', 'b.ts'));
  expect(fingerprint([folder])).not.toBe(second);
});

test('bootstrap - when the reader of its output goes away it ends, and the step under way with it', async () => {
  const url = (name: string) =>
    new URL(`../../../src/launcher/bootstrap/${name}.mjs`, import.meta.url).href;
  const script = `
    import { endOnBrokenPipe } from '${url('end-on-broken-pipe')}';
    import { runNode } from '${url('run-step')}';
    process.stdout.on('error', endOnBrokenPipe);
    setInterval(() => console.log('progress'), 5);
    await runNode('waits', '-e', ["process.stderr.write('under way'); setInterval(() => {}, 1000)"]);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  child.stdout.resume();
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
    child.stdout.destroy();
  });
  // Closed means that the step, which shares standard error, has ended too.
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(errors).toBe('under way');
});

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { freePort } from '../../servers.ts';
import { run } from './run.ts';

const COMMANDS = [
  'approve <id>',
  'build',
  'candidates [id]',
  'eval',
  'explain [request]',
  'feedback <request-id> <label>',
  'ftw',
  'generator',
  'import-crs <dir>',
  'inspect <file>',
  'kill <state>',
  'learn',
  'modules list',
  'modules rm <name>',
  'node',
  'orchestrator',
  'reject <id>',
  'releases [revision]',
  'rollback [revision]',
  'rules add <file>',
  'rules approve <id>',
  'rules list',
  'rules rm <id>',
  'start',
  'status',
  'sync',
  'tuning add <file>',
  'tuning list',
  'tuning rm <id>',
  'validate <file...>',
];

function leaves(command: Command, path: readonly string[] = []): { path: string; leaf: Command }[] {
  if (command.commands.length === 0) {
    const args = command.registeredArguments.map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return argument.required ? `<${name}>` : `[${name}]`;
    });
    return [{ path: [...path, ...args].join(' '), leaf: command }];
  }
  return command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

function tree() {
  const terminal = { env: {} } as never;
  return leaves(createProgram(terminal));
}

test('cli - docs/cli.md has every command with its arguments and options, and no other', () => {
  const text = readFileSync(packagePath('docs', 'cli.md'), 'utf8');
  const headings = [...text.matchAll(/^### `secbeat ([^`]+)`$/gm)].map(([, name]) => name);
  expect(
    tree()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(COMMANDS);
  expect(headings.sort()).toEqual(COMMANDS);
  for (const { path, leaf } of tree()) {
    for (const { long } of leaf.options) expect(text, `${path} ${long}`).toContain(`${long}`);
  }
});

test('cli - every command takes --json and describes itself', () => {
  for (const { path, leaf } of tree()) {
    expect(
      leaf.options.map(({ long }) => long),
      path,
    ).toContain('--json');
    expect(leaf.description(), path).toMatch(/\.$/);
  }
});

/** Command line, part of the message. */
const WRONG: readonly [readonly string[], string][] = [
  [['nonsense'], "unknown command 'nonsense'"],
  [['statu'], 'Did you mean status?'],
  [['rules', 'add'], "missing required argument 'file'"],
  [['status', '--nope'], "unknown option '--nope'"],
  [['kill', 'maybe'], 'Allowed choices are on, off'],
  [['releases', '--limit', '0'], '1 to 1000'],
  [['rules', 'approve', 'x', '--ttl', '-5'], 'whole number'],
  [['rules', 'rm', 'x', '--wait', 'soon'], 'seconds'],
  [['rules', 'list', '--state', 'odd'], 'Allowed choices are'],
  [['build', '--semver', 'one'], '1.2.3'],
  [['rules', 'add', '/nowhere/rules.json'], 'cannot read /nowhere/rules.json'],
  [['inspect', '/nowhere/x.wasm'], 'there is no such file'],
];

test(`cli - each of ${WRONG.length} wrong command lines ends with 2 and says what is wrong`, async () => {
  expect(WRONG).toHaveLength(12);
  for (const [args, message] of WRONG) {
    const { exitCode, err } = await run(args);
    expect([exitCode, err], args.join(' ')).toEqual([2, expect.stringContaining(message)]);
  }
});

test('cli - an orchestrator without servers ends with 2 and names what to set', async () => {
  const { exitCode, err } = await run(['orchestrator']);
  expect(exitCode).toBe(2);
  for (const name of ['NATS_URL', 'REDIS_URL', 'npm start']) expect(err).toContain(name);
  const one = await run(['orchestrator'], { env: { REDIS_URL: 'redis://127.0.0.1:1' } });
  expect([one.exitCode, one.err]).toEqual([2, expect.not.stringContaining('REDIS_URL')]);
});

test('cli - a base port that is none ends with 2', async () => {
  const { SECBEAT_BASE_PORT: before } = process.env;
  process.env.SECBEAT_BASE_PORT = 'x';
  const { exitCode, err } = await run(['start']).finally(() => {
    if (before === undefined) delete process.env.SECBEAT_BASE_PORT;
    else process.env.SECBEAT_BASE_PORT = before;
  });
  expect([exitCode, err]).toEqual([2, expect.stringContaining('from 1024 to 64000, not x')]);
});

test('cli - help and version end with 0', async () => {
  for (const args of [['--help'], ['rules', 'add', '--help'], ['--version']]) {
    const { exitCode, out } = await run(args);
    expect(exitCode, args.join(' ')).toBe(0);
    expect(out).not.toBe('');
  }
});

test('cli - an orchestrator that is not there ends with 3, also as JSON', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = ['status', '--url', url];
  const text = await run(args);
  expect([text.exitCode, text.out]).toEqual([3, '']);
  expect(text.err).toContain(`cannot reach the orchestrator at ${url}`);
  const json = await run([...args, '--json']);
  expect(json.exitCode).toBe(3);
  expect(JSON.parse(json.out)).toMatchObject({
    error: expect.stringContaining('cannot reach'),
    hint: expect.stringContaining('ECONNREFUSED'),
  });
});

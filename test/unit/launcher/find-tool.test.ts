import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findTool } from '../../../src/launcher/find-tool.ts';
import { missingTools } from '../../../src/launcher/obtain-tools.ts';
import { temporaryFolder } from '../../servers.ts';

const root = join(temporaryFolder(), 'with a space');

function program(path: string, mode = 0o755): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, mode);
  return file;
}

const search = (overrides: object) => ({
  path: '',
  systemFolders: [],
  toolsFolder: join(root, 'tools'),
  ...overrides,
});

test('find tool - the PATH comes first, then the system folders, then the unpacked tools', () => {
  const onPath = program('a/nats-server');
  const inSystem = program('sbin/nats-server');
  const unpacked = program('tools/usr/sbin/nats-server');
  mkdirSync(join(root, 'tools/usr/lib/x86_64-linux-gnu'), { recursive: true });

  const path = `${join(root, 'none')}:${dirname(onPath)}`;
  const systemFolders = [dirname(inSystem)];
  expect(findTool('nats-server', search({ path, systemFolders }))).toEqual({
    path: onPath,
    env: {},
  });
  expect(findTool('nats-server', search({ systemFolders }))?.path).toBe(inSystem);
  expect(findTool('nats-server', search({}))).toEqual({
    path: unpacked,
    env: {
      LD_LIBRARY_PATH: `${join(root, 'tools/usr/lib/x86_64-linux-gnu')}:${join(root, 'tools/usr/lib')}`,
    },
  });
});

test('find tool - a folder and a file that cannot be executed are no tools', () => {
  mkdirSync(join(root, 'b/redis-server'), { recursive: true });
  program('c/redis-server', 0o644);
  const path = `${join(root, 'b')}:${join(root, 'c')}`;
  expect(findTool('redis-server', search({ path }))).toBeUndefined();
});

test('find tool - what is missing is explained for the platform', () => {
  const darwin = missingTools(['redis-server', 'spectest-interp', 'wasm-validate'], 'darwin');
  expect(darwin.code).toBe('WAF_ERR_LAUNCHER_TOOL_MISSING');
  expect(darwin.message).toContain('brew install redis wabt\n');
  const linux = missingTools(['nats-server'], 'linux');
  expect(linux.message).toContain('docker compose -f config/compose.yaml up -d redis nats');
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { BuiltArtifact } from '../../../src/artifact/build-artifact.ts';
import { generateSigningKey } from '../../../src/artifact/signing-key.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { type RunningNode, runNode } from '../../../src/node/main.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import type { Action, Rule } from '../../../src/rules/model.ts';
import { temporaryFolder } from '../../servers.ts';

const signingKey = generateSigningKey();
const engine = readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm'));
const keyFile = join(temporaryFolder(), 'trusted.pem');
writeFileSync(keyFile, signingKey.publicKeyPem);

export const API_KEY = 'test-key';
export const silent = pino({ level: 'silent' });

/** A rule that holds when the URI contains `text`. */
export function uriRule(
  id: string,
  text: string,
  action: Action = { block: { status: 403 } },
  more: Partial<Rule> = {},
): Rule {
  return {
    v: 1,
    id,
    tags: [],
    severity: 'warning',
    mode: 'enforce',
    priority: 0,
    action,
    when: { target: ['uri'], op: 'contains', value: text },
    ...more,
  };
}

/** A signed universal-waf artifact. */
export function artifact(revision: number, rules: readonly Rule[], signed = true): BuiltArtifact {
  const built = buildUniversalWaf({
    config: { version: 1, thresholds: {}, on_budget: 'block', max_steps: 1_000_000, rules },
    revision: `v${revision}`,
    semver: `1.0.${revision}`,
    createdAt: '2026-01-01T00:00:00Z',
    engine,
    ...(signed && { signingKey }),
  });
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
  return built;
}

export interface NodeOptions {
  readonly upstreamUrl: string;
  readonly natsUrl?: string;
  readonly dataDir?: string;
  readonly workers?: number;
  readonly node?: object;
  /** Other sections. */
  readonly settings?: object;
}

/** Settings of a node on free ports that trusts `artifact`. */
export function nodeSettings(options: NodeOptions): Settings {
  return loadSettings({
    env: {},
    overrides: {
      log: { level: 'silent' },
      auth: { keys: [{ name: 'ops', key: API_KEY, roles: ['read', 'rules', 'deploy'] }] },
      nats: { url: options.natsUrl ?? '' },
      node: {
        id: 'n1',
        admin_port: 0,
        port: 0,
        host: '127.0.0.1',
        upstream: options.upstreamUrl,
        workers: options.workers ?? 1,
        data_dir: options.dataDir ?? temporaryFolder(),
        revision_header: 'x-waf-revision',
        ...options.node,
      },
      signing: { trusted_key_files: [keyFile], required: true },
      ...options.settings,
    } as never,
  });
}

export function startNode(options: NodeOptions): Promise<RunningNode> {
  return runNode(nodeSettings(options), silent);
}

/** Calls the management API with the key; `body` is parsed JSON. */
export async function admin(
  node: RunningNode,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'x-secbeat-api-key': API_KEY };
  const answer = await fetch(node.adminUrl + path, { ...init, headers });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export function uploadTo(node: RunningNode, bytes: Uint8Array, name?: string) {
  const form = new FormData();
  if (name !== undefined) form.append('name', name);
  form.append('file', new Blob([new Uint8Array(bytes)]), 'module.wasm');
  return admin(node, '/api/v1/wasm/reload', { method: 'POST', body: form });
}

/** Status and judging revision of a request through the data plane. */
export async function ask(
  node: RunningNode,
  path: string,
): Promise<{ status: number; revision: string | null }> {
  const answer = await fetch(node.dataUrl + path);
  await answer.arrayBuffer();
  return { status: answer.status, revision: answer.headers.get('x-waf-revision') };
}

export async function statusOf(node: RunningNode, path: string): Promise<number> {
  return (await ask(node, path)).status;
}

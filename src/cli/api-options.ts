import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { Terminal } from './terminal.ts';

export interface ApiOptions {
  readonly url?: string;
  readonly key?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The generated key of the local demo, relative to the folder it was started in. */
const DEMO_KEY_FILE = '.secbeat/api-key';

export function addApiOptions(command: Command): Command {
  return command
    .option('--url <url>', `orchestrator; default SECBEAT_URL or ${DEFAULT_URL}`)
    .option('--key <key>', `API key; default ORCHESTRATOR_API_KEY or the demo's ${DEMO_KEY_FILE}`);
}

/** A client for what the options and the environment say. */
export function apiClient({ url, key }: ApiOptions, { env }: Terminal): ApiClient {
  return createApiClient(
    url ?? (env.SECBEAT_URL || DEFAULT_URL),
    key ?? (env.ORCHESTRATOR_API_KEY || demoKey()),
  );
}

function demoKey(): string {
  try {
    return readFileSync(DEMO_KEY_FILE, 'utf8').trim();
  } catch {
    return '';
  }
}

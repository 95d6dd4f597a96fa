import { readFileSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';
import type { RecordedRequest } from '../../../src/evaluation/recorded-request.ts';
import { createReplay, type Replay } from '../../../src/evaluation/replay.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';
import { configOf, requestOf } from '../../reference/engine.ts';

const engine = new Uint8Array(
  readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm')),
);

export function artifactOf(rules: readonly Rule[], rest: Partial<WafConfig> = {}): Uint8Array {
  const built = buildUniversalWaf({
    config: configOf(rules, rest),
    ...{ engine, revision: 'v0', semver: '0.0.0', createdAt: '1970-01-01T00:00:00.000Z' },
  });
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
  return built.bytes;
}

export function replayOf(rules: readonly Rule[], rest: Partial<WafConfig> = {}): Replay {
  return createReplay(artifactOf(rules, rest));
}

export function recorded(
  id: string,
  uri: string,
  rest: Partial<RecordedRequest> = {},
): RecordedRequest {
  return { id, request: requestOf({ uri }), ...rest };
}

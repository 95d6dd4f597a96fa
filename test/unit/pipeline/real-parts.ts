import { readFileSync } from 'node:fs';
import { generateSigningKey } from '../../../src/artifact/signing-key.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';

/** The real engine, as `npm run build:wasm` makes it, and a key to sign with. */
export const engine = readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm'));
export const signingKey = generateSigningKey();

export function config(rules: readonly Rule[]): WafConfig {
  return { version: 1, thresholds: {}, on_budget: 'block', max_steps: 1_000_000, rules };
}

export function parts(rules: readonly Rule[], revision = 'v7') {
  return {
    config: config(rules),
    sources: new Map([['b', 'dynamic' as const]]),
    revision,
    semver: `1.0.${revision.slice(1)}`,
    createdAt: '2026-01-02T03:04:05.000Z',
    engine,
    signingKey,
  };
}

export function build(rules: readonly Rule[], revision?: string) {
  const built = buildUniversalWaf(parts(rules, revision));
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
  return built;
}

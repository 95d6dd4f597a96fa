import { ArtifactError } from '../artifact/artifact-error.ts';
import type { BuiltArtifact } from '../artifact/build-artifact.ts';
import { buildArtifact } from '../artifact/build-artifact.ts';
import type { ManifestRule } from '../artifact/manifest.ts';
import type { SigningKey } from '../artifact/signing-key.ts';
import { compileProgram } from '../compiler/compile-program.ts';
import { PROGRAM_FORMAT } from '../config/layout.gen.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { Rule, WafConfig } from '../rules/model.ts';
import { UNIVERSAL_WAF } from './release.ts';
import { renderPattern } from './render-pattern.ts';

export interface UniversalWafParts {
  readonly config: WafConfig;
  /** Rule id → where the rule came from; shown to people, absent for unknown. */
  readonly sources?: ReadonlyMap<string, 'static' | 'dynamic'>;
  /** `v<N>`; `v0` for a build by hand. */
  readonly revision: string;
  readonly semver: string;
  /** RFC 3339 UTC. */
  readonly createdAt: string;
  /** The rule-free engine. */
  readonly engine: Uint8Array;
  /** Absent: the artifact is not signed. */
  readonly signingKey?: SigningKey;
}

export type UniversalWafResult =
  | ({ readonly ok: true; readonly program: Uint8Array } & BuiltArtifact)
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * waf-config → `universal-waf.wasm`. Same parts, same bytes. What is wrong with the rules comes back as
 * diagnostics with pointers into `config`.
 */
export function buildUniversalWaf(parts: UniversalWafParts): UniversalWafResult {
  const { config } = parts;
  const compiled = compileProgram(config);
  if (!compiled.ok) return compiled;
  const manifest = {
    name: UNIVERSAL_WAF,
    revision: parts.revision,
    semver: parts.semver,
    created_at: parts.createdAt,
    program_format: PROGRAM_FORMAT,
    worst_case_steps: compiled.worstCaseSteps,
    max_steps: config.max_steps,
    on_budget: config.on_budget,
    inspects_response: compiled.inspectsResponse,
    thresholds: config.thresholds,
    rules: compiled.rules.map((rule) => manifestRule(rule, parts.sources?.get(rule.id))),
  };
  const { engine, signingKey } = parts;
  const { program } = compiled;
  try {
    const key = signingKey === undefined ? {} : { signingKey };
    return { ok: true, program, ...buildArtifact({ engine, program, manifest, ...key }) };
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code !== 'WAF_ERR_ARTIFACT_TOO_LARGE')
      throw error;
    return { ok: false, diagnostics: [tooLarge(error)] };
  }
}

function manifestRule(rule: Rule, source: string | undefined): ManifestRule {
  const { id, mode, action, severity, tags, title, priority, created_at, expires_at } = rule;
  return {
    id,
    mode: mode === 'shadow' ? 'shadow' : 'enforce',
    action,
    pattern: renderPattern(rule),
    severity,
    tags,
    priority,
    ...(title === undefined ? {} : { title }),
    ...(created_at === undefined ? {} : { created_at }),
    ...(expires_at === undefined ? {} : { expires_at }),
    ...(source === undefined ? {} : { source }),
  };
}

function tooLarge(error: ArtifactError): Diagnostic {
  return {
    code: error.code,
    pointer: '/rules',
    message: error.message,
    hint: 'Remove rules or shorten their value lists.',
  };
}

import type { Manifest, ManifestRule } from '../artifact/manifest.ts';
import { readArtifact } from '../artifact/read-artifact.ts';
import type { Scoring } from '../engine/read-scoring.ts';
import { readScoring } from '../engine/read-scoring.ts';
import { RecoveringInspector } from '../engine/recovering-inspector.ts';
import {
  ACTION_ALLOW,
  ACTION_BLOCK,
  ACTION_NAMES,
  type Explanation,
  type InspectionRequest,
} from '../engine/verdict.ts';
import { WafInstance } from '../engine/waf-instance.ts';
import { EvaluationError } from './evaluation-error.ts';

/** What an artifact says about one request. */
export interface Judgement {
  readonly action: (typeof ACTION_NAMES)[number];
  readonly blocked: boolean;
  readonly explanation: Explanation;
  /** The module failed or could not read the request: on a node, its failure policy would decide. */
  readonly failed: boolean;
  /** Something of the request is larger than the limits and was not looked at. */
  readonly truncated: boolean;
}

/** An artifact that judges recorded requests as a node would. */
export interface Replay {
  readonly manifest: Manifest;
  readonly scoring: Scoring;
  judge(request: InspectionRequest): Judgement;
  /** The entry of the rule table, undefined for an unknown id. */
  rule(id: string): ManifestRule | undefined;
}

/** Throws `ArtifactError`, `EngineError` or `WAF_ERR_EVALUATION_ARTIFACT`. */
export function createReplay(bytes: Uint8Array): Replay {
  const artifact = readArtifact(bytes);
  if (artifact.kind !== 'secbeat') {
    throw new EvaluationError(
      'WAF_ERR_EVALUATION_ARTIFACT',
      'a module that is not ours explains nothing, so it cannot be evaluated',
    );
  }
  const { manifest, engine, program } = artifact;
  const module = new WebAssembly.Module(engine);
  const create = () => WafInstance.instantiate(module, manifest, program);
  let instance = create();
  const inspector = new RecoveringInspector(() => (instance = create()), instance);
  const rules = new Map(manifest.rules.map((rule) => [rule.id, rule]));
  return {
    manifest,
    scoring: readScoring(program),
    rule: (id) => rules.get(id),
    judge(request) {
      try {
        const action = inspector.inspect(request);
        return {
          action: ACTION_NAMES[action],
          blocked: action === ACTION_BLOCK,
          explanation:
            action === ACTION_ALLOW && inspector.matchCount === 0
              ? nothing(inspector.steps)
              : inspector.explain(),
          failed: inspector.unreadable,
          truncated: instance.truncated,
        };
      } catch {
        const explanation = nothing(0);
        return { action: 'allow', blocked: false, explanation, failed: true, truncated: false };
      }
    },
  };
}

/** The explanation of a request in which nothing matched. */
function nothing(steps: number): Explanation {
  return { action: ACTION_ALLOW, rule: null, reason: 'no-match', matches: [], score: {}, steps };
}

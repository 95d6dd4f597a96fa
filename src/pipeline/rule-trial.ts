import { LIMITS } from '../config/limits.ts';
import type { InspectionRequest, InspectionResponse } from '../engine/verdict.ts';
import { WafInstance } from '../engine/waf-instance.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { ExampleCase } from '../rules/examples.ts';
import { exampleCases } from '../rules/examples.ts';
import type { ExampleRequest, ExampleResponse, Rule, WafConfig } from '../rules/model.ts';
import { buildUniversalWaf } from './build-universal-waf.ts';

/**
 * Builds a rule set as a release would, and runs the examples of its rules in the real engine. Returns
 * diagnostics with pointers into the config. The engine is compiled once.
 */
export function createRuleTrial(engine: Uint8Array): (config: WafConfig) => readonly Diagnostic[] {
  const module = new WebAssembly.Module(new Uint8Array(engine));

  return (config) => {
    const built = build(config);
    return built.ok ? runExamples(config) : built.diagnostics;
  };

  /** Every rule by itself decides whether an example matches, so none may act on another: all shadow. */
  function runExamples(config: WafConfig): readonly Diagnostic[] {
    const rules = config.rules.filter(hasExamples).map(inShadow);
    if (rules.length === 0) return [];
    const together = instantiate({ ...config, rules });
    return config.rules.flatMap((rule, index) => {
      if (!hasExamples(rule)) return [];
      const wrong = exampleCases(rule).cases.filter(
        (example) => matches(together, rule, example, config) !== (example.expect === 'match'),
      );
      return wrong.map((example) => diagnose(rule, index, example));
    });
  }

  function matches(
    instance: WafInstance,
    rule: Rule,
    { request }: ExampleCase,
    config: WafConfig,
  ): boolean {
    const matched = matchesOf(instance, request);
    if (matched.includes(rule.id)) return true;
    // The list of matches is bounded; when it is full, only the rule alone can tell.
    if (matched.length < LIMITS.program.max_matches_explained) return false;
    const alone = instantiate({ ...config, rules: [inShadow(rule)] });
    return matchesOf(alone, request).includes(rule.id);
  }

  function instantiate(config: WafConfig): WafInstance {
    const built = build(config);
    if (!built.ok) throw new Error(`examples do not build: ${built.diagnostics[0]?.message}`);
    return WafInstance.instantiate(module, built.manifest, built.program);
  }

  function build(config: WafConfig) {
    const createdAt = '1970-01-01T00:00:00.000Z';
    return buildUniversalWaf({ config, revision: 'v0', semver: '0.0.0', createdAt, engine });
  }
}

function hasExamples({ examples }: Rule): boolean {
  return examples !== undefined && examples.match.length + examples.no_match.length > 0;
}

function inShadow(rule: Rule): Rule {
  return { ...rule, mode: 'shadow' };
}

function matchesOf(instance: WafInstance, request: ExampleRequest): readonly string[] {
  instance.inspect(inspectionOf(request));
  return instance.explain().matches.map(({ rule }) => rule);
}

/** Examples are text, requests are bytes: what is not ASCII is sent as UTF-8. */
function inspectionOf(example: ExampleRequest): InspectionRequest {
  const { body, response } = example;
  return {
    method: example.method ?? 'GET',
    uri: bytesAsLatin1(example.uri ?? '/'),
    version: example.version ?? 'HTTP/1.1',
    sourceIp: example.source_ip ?? '192.0.2.1',
    headers: flatHeaders(example),
    body: bytesOf(body),
    // Whether a rule has expired says nothing about its examples.
    now: 0,
    ...(response === undefined ? {} : { response: responseOf(response) }),
  };
}

function responseOf(example: ExampleResponse): InspectionResponse {
  const { status = 200, body } = example;
  return { status, headers: flatHeaders(example), body: bytesOf(body) };
}

function flatHeaders({ headers = [] }: Pick<ExampleRequest, 'headers'>): readonly string[] {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  return pairs.flatMap(([name, value]) => [name, bytesAsLatin1(value)]);
}

function bytesOf(text: string | undefined): Uint8Array | null {
  return text === undefined ? null : Buffer.from(text, 'utf8');
}

function bytesAsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function diagnose(rule: Rule, index: number, { expect, pointer }: ExampleCase): Diagnostic {
  const shouldMatch = expect === 'match';
  const kind = shouldMatch ? 'match' : 'no_match';
  return {
    code: shouldMatch ? 'WAF_ERR_RULE_EXAMPLE_NOT_MATCHED' : 'WAF_ERR_RULE_EXAMPLE_MATCHED',
    pointer: `/rules/${index}${pointer}`,
    rule_id: rule.id,
    message: shouldMatch
      ? `rule ${rule.id} does not match its ${kind} example`
      : `rule ${rule.id} matches its ${kind} example`,
    hint: shouldMatch
      ? 'Correct the example, or widen the condition until it matches.'
      : 'Correct the example, or narrow the condition until it does not match.',
  };
}

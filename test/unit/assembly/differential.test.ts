import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import type { WafConfig } from '../../../src/rules/model.ts';
import { DEBUG, instanceOf, programOf, RawEngine, RELEASE } from '../../reference/engine.ts';
import { configs, exchanges, requests, responseConfigs } from '../../reference/generators.ts';
import { judge } from '../../reference/judge.ts';

/** What the flat record says, as a JSON RequestContext; texts are ASCII. */
function toJson({ headers, facts = [], body, now, response, ...request }: InspectionRequest) {
  const pairs = (flat: readonly string[]) =>
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const);
  const textOf = (bytes: Uint8Array | null) =>
    bytes === null ? undefined : Buffer.from(bytes).toString('latin1');
  return {
    method: request.method,
    uri: request.uri,
    version: request.version,
    source_ip: request.sourceIp,
    headers: pairs(headers),
    facts: Object.fromEntries(pairs(facts)),
    body: textOf(body),
    timestamp: now / 1000,
    response: response && {
      status: response.status,
      headers: pairs(response.headers),
      body: textOf(response.body),
    },
  };
}

describe.each([
  ['release', RELEASE, 400],
  ['debug', DEBUG, 150],
] as const)('%s engine', (_, module, runs) => {
  /** How often verdicts had each reason. */
  function compare(
    rules: fc.Arbitrary<WafConfig>,
    asked: fc.Arbitrary<InspectionRequest>,
  ): ReadonlyMap<string, number> {
    const reasons = new Map<string, number>();
    const batches = fc.array(asked, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rules, batches, (config, batch) => {
        const instance = instanceOf(config, module);
        for (const request of batch) {
          const expected = judge(config, request);
          const action = instance.inspect(request);
          const { matches, rule, reason, score } = instance.explain();
          expect({ action, rule, reason, score, matches: matches.map((m) => m.rule) }).toEqual(
            expected,
          );
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          expect(instance.matchCount).toBe(expected.matches.length);
        }
      }),
      { numRuns: runs },
    );
    return reasons;
  }

  test.each([
    ['requests', configs, requests],
    ['responses', responseConfigs, exchanges],
  ] as const)('%s - get the verdict of the reference engine from random rules', (...[
    ,
    rules,
    asked,
  ]) => {
    const reasons = compare(rules, asked);
    // Requests that nothing matches would prove little.
    expect(reasons.get('rule')).toBeGreaterThan(runs / 20);
    expect(reasons.get('threshold')).toBeGreaterThan(runs / 100);
  }, 60_000);
});

test('encodings - a JSON RequestContext and a flat record get the same verdict', () => {
  const anyConfigs = fc.oneof(configs, responseConfigs);
  fc.assert(
    fc.property(anyConfigs, fc.oneof(requests, exchanges), (config, request) => {
      const flat = instanceOf(config);
      const json = new RawEngine(RELEASE, programOf(config).program);
      const action = flat.inspect(request);
      expect(json.inspectJson(toJson(request))).toBe(action);
      const { steps: _flatSteps, ...expected } = flat.explain();
      const { steps: _jsonSteps, ...explanation } = json.explain();
      expect(explanation).toEqual(expected);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('program - the same config gives the same bytes', () => {
  fc.assert(
    fc.property(configs, (config) => {
      const again = programOf(structuredClone(config)).program;
      expect(Buffer.compare(programOf(config).program, again)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { DEBUG, instanceOf, programOf, RawEngine, RELEASE } from '../../reference/engine.ts';
import { configs, requests } from '../../reference/generators.ts';
import { judge } from '../../reference/judge.ts';

const someRequests = fc.array(requests, { minLength: 1, maxLength: 5 });

/** What the flat record says, as a JSON RequestContext; texts are ASCII. */
function toJson({ method, uri, version, sourceIp, headers, body, now }: InspectionRequest) {
  const pairs: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i]!, headers[i + 1]!]);
  const text = body === null ? undefined : Buffer.from(body).toString('latin1');
  return {
    method,
    uri,
    version,
    source_ip: sourceIp,
    headers: pairs,
    body: text,
    timestamp: now / 1000,
  };
}

describe.each([
  ['release', RELEASE, 300],
  ['debug', DEBUG, 100],
] as const)('%s engine', (_, module, runs) => {
  test('verdict - equals the reference engine for random rules and requests', () => {
    fc.assert(
      fc.property(configs, someRequests, (config, batch) => {
        const instance = instanceOf(config, module);
        for (const request of batch) {
          const expected = judge(config, request);
          const action = instance.inspect(request);
          const { matches, rule, reason, score } = instance.explain();
          expect({ action, rule, reason, score, matches: matches.map((m) => m.rule) }).toEqual(
            expected,
          );
          expect(instance.matchCount).toBe(expected.matches.length);
        }
      }),
      { numRuns: runs },
    );
  });
});

test('steps - never exceed the static bound and do not depend on earlier requests', () => {
  fc.assert(
    fc.property(configs, someRequests, (config, batch) => {
      const { worstCaseSteps } = programOf(config);
      const used = instanceOf(config);
      for (const request of batch) {
        used.inspect(request);
        const fresh = instanceOf(config);
        fresh.inspect(request);
        expect(used.explain()).toEqual(fresh.explain());
        expect(used.explain().steps).toBeLessThanOrEqual(worstCaseSteps);
      }
    }),
    { numRuns: 100 },
  );
});

test('encodings - a JSON RequestContext and a flat record get the same verdict', () => {
  fc.assert(
    fc.property(configs, requests, (config, request) => {
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
});

test('program - the same config gives the same bytes', () => {
  fc.assert(
    fc.property(configs, (config) => {
      const again = programOf(structuredClone(config)).program;
      expect(Buffer.compare(programOf(config).program, again)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

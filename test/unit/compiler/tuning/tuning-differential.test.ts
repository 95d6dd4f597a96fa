import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../../../src/compiler/create-compiler.ts';
import { PROGRAM_FORMAT } from '../../../../src/config/layout.gen.ts';
import { WafInstance } from '../../../../src/engine/waf-instance.ts';
import { DEBUG, programOf, RELEASE } from '../../../reference/engine.ts';
import { configs, exchanges, requests, responseConfigs } from '../../../reference/generators.ts';
import { judge } from '../../../reference/judge.ts';
import { denseConfigs, tunedConfigs, tunedPaths } from '../../../reference/tuning-generators.ts';

const onPaths = (asked: typeof requests) =>
  fc
    .tuple(asked, tunedPaths, fc.constantFrom('', '?a=abba', '?ab=a&a=1'))
    .map(([request, path, query]) => ({ ...request, uri: path + query }));

describe.each([
  ['release', RELEASE, 800],
  ['debug', DEBUG, 150],
] as const)('%s engine', (_, module, runs) => {
  test.each([
    ['requests', tunedConfigs(denseConfigs), onPaths(requests), 5],
    ['requests and any rules', tunedConfigs(configs), onPaths(requests), 100],
    ['responses', tunedConfigs(responseConfigs), onPaths(exchanges), 100],
  ] as const)('tuning - %s get the verdict of the reference engine, which looks every entry up', (...[
    ,
    tuned,
    asked,
    share,
  ]) => {
    let differing = 0;
    const batches = fc.array(asked, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(tuned, batches, (config, batch) => {
        const { program, worstCaseSteps } = programOf(config);
        const instance = WafInstance.instantiate(
          module,
          { program_format: PROGRAM_FORMAT },
          program,
        );
        for (const request of batch) {
          const expected = judge(config, request);
          const action = instance.inspect(request);
          const { matches, rule, reason, score, steps } = instance.explain();
          expect({ action, rule, reason, score, matches: matches.map((m) => m.rule) }).toEqual(
            expected,
          );
          expect(steps).toBeLessThanOrEqual(worstCaseSteps);
          const { tuning: _tuning, ...untuned } = config;
          if (JSON.stringify(judge(untuned, request)) !== JSON.stringify(expected)) differing += 1;
        }
      }),
      { numRuns: runs },
    );
    // Entries that change nothing would prove little.
    expect(differing).toBeGreaterThan(runs / share);
  }, 60_000);
});

test('tuning - the compiler that remembers gives the same verdicts as one that does not', () => {
  const histories = fc.array(tunedConfigs(denseConfigs), { minLength: 2, maxLength: 4 });
  let compared = 0;
  fc.assert(
    fc.property(histories, onPaths(requests), ([first, ...others], request) => {
      const compiler = createCompiler({ smallest: 0 });
      compiler.compile(first!);
      for (const { tuning = [] } of [...others, first!]) {
        const compiled = compiler.compile({ ...first!, tuning });
        if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
        const { program } = compiled;
        const instance = WafInstance.instantiate(
          RELEASE,
          { program_format: PROGRAM_FORMAT },
          program,
        );
        const action = instance.inspect(request);
        const { matches, rule } = instance.explain();
        const expected = judge({ ...first!, tuning }, request);
        expect({ action, rule, matches: matches.map((m) => m.rule) }).toEqual({
          action: expected.action,
          rule: expected.rule,
          matches: expected.matches,
        });
        compared += 1;
      }
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(120);
}, 60_000);

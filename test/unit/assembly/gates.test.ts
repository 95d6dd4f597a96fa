import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import {
  HEADER_SIZE,
  PROGRAM_FORMAT,
  REGEX_TEST_MIN_LENGTH_AT,
  REGEX_TEST_SIZE,
  SECTION_COUNT_AT,
  SECTION_REGEX_TESTS,
  SECTION_SIZE,
} from '../../../src/config/layout.gen.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import type { WafConfig } from '../../../src/rules/model.ts';
import { normalise } from '../../../src/rules/normalise.ts';
import { importCrsFolder } from '../../../src/seclang/import-crs-folder.ts';
import { configOf, RELEASE, requestOf } from '../../reference/engine.ts';
import { configs, requests } from '../../reference/generators.ts';

const CRS = packagePath('..', 'shared', 'crs');
const CORPORA = packagePath('..', 'shared', 'corpora');

/** The compiler for which no test needs anything: every gate is open, no expression waits for literals. */
async function compilerWithoutGates(): Promise<typeof compileProgram> {
  const nothing = { sets: [], clauses: [] };
  vi.resetModules();
  vi.doMock('../../../src/compiler/leaf-needs.ts', () => ({
    needsOf: () => nothing,
    needsOfRegex: () => nothing,
  }));
  const { compileProgram: compile } = await import('../../../src/compiler/compile-program.ts');
  vi.doUnmock('../../../src/compiler/leaf-needs.ts');
  return compile;
}

const compileWithoutGates = await compilerWithoutGates();

function instance(compile: typeof compileProgram, config: WafConfig): WafInstance {
  const compiled = compile({ ...config, max_steps: 20_000_000 });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics.slice(0, 3)));
  const format = { program_format: PROGRAM_FORMAT };
  return WafInstance.instantiate(RELEASE, format, withoutLengths(compile, compiled.program));
}

/** Lets expressions look at values of any length, when nothing else keeps values from them either. */
function withoutLengths(compile: typeof compileProgram, program: Uint8Array): Uint8Array {
  if (compile === compileProgram) return program;
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const entry = HEADER_SIZE + SECTION_REGEX_TESTS * SECTION_SIZE;
  const first = view.getUint32(entry, true);
  for (let i = 0; i < view.getUint32(entry + SECTION_COUNT_AT, true); i++) {
    view.setUint32(first + i * REGEX_TEST_SIZE + REGEX_TEST_MIN_LENGTH_AT, 0, true);
  }
  return program;
}

/** What an inspection comes to; its steps are told apart, since gates are there to save them. */
function inspect(waf: WafInstance, request: InspectionRequest) {
  const action = waf.inspect(request);
  const { steps, matches: found, ...explanation } = waf.explain();
  // Where in its value a rule matched is the business of explanations.
  const matches = found.map(({ rule, shadow, target }) => ({ rule, shadow, target }));
  return { steps, verdict: { ...explanation, matches, action, count: waf.matchCount } };
}

/** Puts requests to both; returns how many rules matched and the steps that gates saved. */
function compare(config: WafConfig, batch: readonly InspectionRequest[]) {
  const gated = instance(compileProgram, config);
  const open = instance(compileWithoutGates, config);
  const total = { matches: 0, saved: 0, exhausted: 0 };
  for (const request of batch) {
    const expected = inspect(open, request);
    const found = inspect(gated, request);
    if (expected.verdict.reason === 'budget') total.exhausted += 1;
    else expect(found.verdict).toEqual(expected.verdict);
    total.matches += found.verdict.count;
    total.saved += expected.steps - found.steps;
  }
  return total;
}

/** Without the rules that the compiler refuses. */
function servedOnly(config: WafConfig): WafConfig {
  const compiled = compileProgram(config);
  if (compiled.ok) return config;
  const refused = new Set(compiled.diagnostics.map(({ rule_id }) => rule_id));
  return { ...config, rules: config.rules.filter(({ id }) => !refused.has(id)) };
}

/** Every nth request of every corpus. */
function corpusRequests(perFile: number): readonly InspectionRequest[] {
  const names = readdirSync(CORPORA).filter((name) => name.endsWith('.jsonl.gz'));
  return names.sort().flatMap((name) => {
    const lines = gunzipSync(readFileSync(`${CORPORA}/${name}`))
      .toString('utf8')
      .split('\n');
    const step = Math.ceil(lines.length / perFile);
    const chosen = lines.filter((line, i) => i % step === 0 && line !== '');
    return chosen.map((line) => toRequest(JSON.parse(line).request));
  });
}

function toRequest({ method, uri, version, headers, body }: any): InspectionRequest {
  return requestOf({
    method,
    uri: Buffer.from(String(uri), 'utf8').toString('latin1'),
    version,
    headers: (headers as [string, string][])
      .flat()
      .map((text) => Buffer.from(text, 'utf8').toString('latin1')),
    body: body === null || body === undefined ? null : Buffer.from(String(body), 'utf8'),
  });
}

describe('gates', () => {
  test('lose no match of random rules', () => {
    let matches = 0;
    let saved = 0;
    const batches = fc.array(requests, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(configs, batches, (config, batch) => {
        const total = compare(config, batch);
        matches += total.matches;
        saved += total.saved;
      }),
      { numRuns: 150 },
    );
    expect(matches).toBeGreaterThan(30);
    // The same steps would mean that the gates of both are the same.
    expect(saved).not.toBe(0);
  }, 60_000);

  test('lose no match of the Core Rule Set in the corpora', async () => {
    if (!existsSync(CRS) || !existsSync(CORPORA)) {
      console.log('gates: no ../shared/crs or ../shared/corpora, so the Core Rule Set is left out');
      return;
    }
    const { rules, thresholds } = await importCrsFolder(CRS, { paranoia: 4 });
    const written = rules.map((rule) => normalise(rule).rule);
    const config = servedOnly(configOf(written, { thresholds }));
    const total = compare(config, corpusRequests(15));
    console.log(
      `gates: ${config.rules.length} rules of the Core Rule Set, ${JSON.stringify(total)}`,
    );
    expect(total.saved).toBeGreaterThan(1_000_000);
    expect(total.matches).toBeGreaterThan(1000);
    expect(total.exhausted).toBeLessThan(20);
  }, 120_000);
});

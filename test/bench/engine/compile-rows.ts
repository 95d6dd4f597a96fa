import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { WafConfig } from '../../../src/rules/model.ts';
import { progress } from '../report/progress.ts';
import { type Row, rowsOf } from '../report/rows.ts';
import { median } from '../report/statistics.ts';
import { compileOnce, startIncremental } from './compiler-door.ts';
import { extractRegexes } from './extract-regexes.ts';
import type { RowGroup } from './group.ts';
import { configOf } from './our-waf.ts';
import { CRS_FOLDER } from './rule-sets.ts';
import { syntheticRules } from './synthetic-rules.ts';

/** How long rules take to become a program. Nothing is remembered from one compilation to the next. */
export const compileGroup: RowGroup = {
  name: 'compile',
  async measure({ crs, rounds }) {
    const rows = [
      ...compileRow('compile.literal_10k_ms', syntheticRules('literal', 10_000), rounds),
      ...incrementalRow(rounds),
      ...acceptedRow(),
    ];
    if (crs) rows.push(...compileRow('compile.crs_ms', crs, rounds));
    return rows;
  },
};

function compileRow(name: string, config: WafConfig, rounds: number): Row[] {
  const samples = Array.from({ length: rounds + 1 }, () => {
    const started = performance.now();
    const { diagnostics } = compileOnce(config);
    const elapsed = performance.now() - started;
    if (diagnostics.length > 0)
      progress(`${name}: ${diagnostics.length} rules refused: ${diagnostics[0]!.message}`);
    return elapsed;
  });
  progress(`${name}: first ${samples[0]!.toFixed(0)} ms`);
  return rowsOf(name, 'ms', median(samples.slice(1)));
}

/** One more rule among 10,000 that have been compiled. */
function incrementalRow(rounds: number): Row[] {
  const config = syntheticRules('literal', 10_000);
  const compiler = startIncremental({ ...config, rules: config.rules.slice(0, 9_900) });
  if (compiler === null) {
    progress(
      'the compiler keeps nothing between compilations, compile.one_into_10k_ms is left out',
    );
    return [];
  }
  const samples = Array.from({ length: Math.min(99, rounds * 5) }, (_, i) => {
    const next = { ...config, rules: config.rules.slice(0, 9_901 + i) };
    const started = performance.now();
    compiler.compile(next);
    return performance.now() - started;
  });
  return rowsOf('compile.one_into_10k_ms', 'ms', median(samples));
}

/** How many of the regular expressions of the Core Rule Set the compiler takes. */
function acceptedRow(): Row[] {
  const folder = join(CRS_FOLDER, 'rules');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.conf'));
  const regexes = files.flatMap((name) =>
    extractRegexes(readFileSync(join(folder, name), 'latin1')),
  );
  const accepted = regexes.filter((value) => compileOnce(ruleWith(value)).diagnostics.length === 0);
  return [
    ...rowsOf('compile.rx_accepted', 'regexes', accepted.length),
    ...rowsOf('compile.rx_found', 'regexes', regexes.length),
  ];
}

function ruleWith(value: string): WafConfig {
  return configOf([
    {
      v: 1,
      id: 'rx',
      tags: [],
      severity: 'warning',
      mode: 'enforce',
      priority: 0,
      action: { block: { status: 403 } },
      when: { target: ['query.*'], op: 'regex', value },
    },
  ]);
}

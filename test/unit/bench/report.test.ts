import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { interleave, overRounds } from '../../bench/report/interleave.ts';
import { rowsOf, writeRows } from '../../bench/report/rows.ts';
import { quantile } from '../../bench/report/statistics.ts';
import { writeDocs } from '../../bench/report/write-docs.ts';

const folder = mkdtempSync(join(tmpdir(), 'secbeat-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const measurement = {
  table: 'engine',
  command: 'npm run x',
  rounds: 5,
  load: 'load average 0',
  date: '2026-01-01',
  notes: ['a note'],
} as const;

describe('rows', () => {
  test('rows - one row of ours alone, and one for each peer with the ratio', () => {
    expect(rowsOf('inspect.mean_us', 'µs', 5, { libddwaf: 100, 'modsecurity-crs': 1500 })).toEqual([
      { name: 'inspect.mean_us', value: 5, unit: 'µs' },
      {
        name: 'inspect.mean_us',
        value: 5,
        unit: 'µs',
        peer: 'libddwaf',
        ratio: 20,
        peer_value: 100,
      },
      {
        name: 'inspect.mean_us',
        value: 5,
        unit: 'µs',
        peer: 'modsecurity-crs',
        ratio: 300,
        peer_value: 1500,
      },
    ]);
  });

  test('rows - a ratio above 1 means ours is better, also where more is better', () => {
    const [, row] = rowsOf('proxy.rps', 'requests/s', 20_000, { nginx: 10_000 });
    expect(row?.ratio).toBe(2);
  });

  test('rows - there is no ratio to zero', () => {
    const [, row] = rowsOf('inspect.benign_hit', '% of benign', 0, { libddwaf: 0.5 });
    expect(row).toEqual({
      name: 'inspect.benign_hit',
      value: 0,
      unit: '% of benign',
      peer: 'libddwaf',
      peer_value: 0.5,
    });
  });

  test('rows - the file holds them as JSON, and every number is finite', () => {
    const file = join(folder, 'rows.json');
    writeRows(file, rowsOf('x', 'µs', 1, { libddwaf: Number.NaN }));
    const { rows } = JSON.parse(readFileSync(file, 'utf8'));
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(Number.isFinite(row.value)).toBe(true);
      expect(Number.isFinite(row.ratio ?? 0)).toBe(true);
    }
  });
});

describe('statistics', () => {
  test('statistics - quantiles are samples, and sorting leaves the samples alone', () => {
    const samples = [5, 1, 4, 2, 3];
    expect([0, 0.5, 0.99, 1].map((share) => quantile(samples, share))).toEqual([1, 3, 5, 5]);
    expect(samples).toEqual([5, 1, 4, 2, 3]);
  });
});

describe('interleave', () => {
  test('interleave - sides take turns, begin by turns, and warm-up rounds are thrown away', async () => {
    const order: string[] = [];
    const side = (name: string) => ({
      name,
      run(round: number) {
        order.push(`${name}${round}`);
        return round;
      },
    });
    const samples = await interleave([side('a'), side('b')], 2);
    expect(order).toEqual(['a-2', 'b-2', 'b-1', 'a-1', 'a0', 'b0', 'b1', 'a1']);
    expect(samples.get('a')).toEqual([0, 1]);
    expect(overRounds([30, 10, 20], (sample) => sample)).toBe(20);
  });
});

describe('performance page', () => {
  test('performance page - only the text between the markers is replaced', () => {
    const page = join(folder, 'page.md');
    writeFileSync(page, 'before\n<!-- engine:begin -->\nold\n<!-- engine:end -->\nafter\n');
    writeDocs(rowsOf('a.b', 'µs', 1, { libddwaf: 3 }), measurement, page);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(/^before\n<!-- engine:begin -->\n/);
    expect(text).toMatch(/<!-- engine:end -->\nafter\n$/);
    expect(text).toContain('| `a.b` | 1 µs | libddwaf | 3 µs | 3 |');
    expect(text).not.toContain('old');
    writeDocs([], measurement, page);
    expect(readFileSync(page, 'utf8')).not.toContain('a.b');
  });

  test('performance page - the page of this project has both tables', () => {
    const text = readFileSync(packagePath('docs', 'performance.md'), 'utf8');
    for (const table of ['engine', 'proxy']) {
      expect(text.split(`<!-- ${table}:begin -->`)).toHaveLength(2);
      expect(text.split(`<!-- ${table}:end -->`)).toHaveLength(2);
    }
  });
});

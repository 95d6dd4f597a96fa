import { describe, expect, test } from 'vitest';
import { collectAtoms } from '../../bench/engine/adversarial/atoms.ts';
import {
  alternating,
  type Genome,
  randomGenome,
  render,
  vary,
} from '../../bench/engine/adversarial/genome.ts';
import { searchWorst } from '../../bench/engine/adversarial/search.ts';
import { syntheticRules } from '../../bench/engine/synthetic-rules.ts';
import { createRandom } from '../../bench/workload/random.ts';

describe('adversarial search', () => {
  test('adversarial search - inputs have exactly the length that was asked for', () => {
    expect(render(alternating('ab', 'c'), 8).toString()).toBe('abcabcab');
    expect(render([{ atom: '', repeat: 3 }], 4).toString()).toBe('aaaa');
    const random = createRandom(1);
    let genome = randomGenome(random, ['x', 'yz', '%u']);
    for (let i = 0; i < 500; i++) {
      genome = vary(genome, random, ['x', 'yz', '%u']);
      expect(render(genome, 100)).toHaveLength(100);
    }
  });

  test('adversarial search - atoms come from the rules, whole and cut short, and the same each time', () => {
    const config = syntheticRules('literal', 20);
    const atoms = collectAtoms(config, createRandom(1));
    expect(collectAtoms(config, createRandom(1))).toEqual(atoms);
    const literal = (config.rules[0]!.when as { value: string }).value;
    expect(atoms).toEqual(expect.arrayContaining([literal, literal.slice(0, -1), '%u0041', '/*']));
    const regexAtoms = collectAtoms(syntheticRules('regex', 20), createRandom(1));
    expect(regexAtoms.length).toBeGreaterThan(atoms.length / 2);
  });

  test('adversarial search - a costly sequence of atoms is found, and the same for the same seed', () => {
    const hits = (genome: Genome) =>
      render(genome, 120).toString('latin1').split('/**/%u').length - 1;
    const search = (seed: number) => {
      let attempts = 0;
      return searchWorst({
        seed,
        seconds: 1,
        atoms: ['a', 'b', '/**/', '%u', '/*', ' '],
        start: [],
        cost: (genome) => ({ steps: hits(genome), microseconds: hits(genome) }),
        now: () => attempts++,
      });
    };
    const worst = search(3);
    expect(Math.max(...worst.map(hits))).toBe(20);
    expect(search(3)).toEqual(worst);
  });
});

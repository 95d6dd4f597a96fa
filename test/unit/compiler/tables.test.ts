import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAutomaton } from '../../../src/compiler/automaton.ts';
import { periodOf } from '../../../src/compiler/byte-text.ts';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import { ipRanges } from '../../../src/compiler/ip-ranges.ts';
import { intervalOf, lengthBound } from '../../../src/compiler/number-bound.ts';
import { NONE } from '../../../src/config/layout.gen.ts';
import { configOf, ruleOf } from '../../reference/engine.ts';

const uri = (value: string) => ({ target: ['uri'], op: 'contains' as const, value });

describe('automaton', () => {
  /** Walks the tables as the engine does and notes which literals end where. */
  function search(literals: readonly string[], text: string, denseBytes: number) {
    const { classes, dense, steps, links, nodes } = buildAutomaton(literals, denseBytes);
    const firstCompact = dense.length * 4;
    const found: string[] = [];
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const c = classes[text.charCodeAt(i)]!;
      state = c === 0 ? 0 : advance(state, c);
      for (let n = nodeOf(state); n !== NONE; n = nodes[n]!.more) {
        const { literal } = nodes[n]!;
        if (literal !== -1) found.push(`${literals[literal]}@${i + 1}`);
      }
    }
    return found.sort();

    function nodeOf(s: number): number {
      if (s < firstCompact) return dense[s / 4]!;
      return steps[s - firstCompact] === 0 ? links[s - firstCompact]! : NONE;
    }

    function endsLiteral(n: number): boolean {
      return n !== NONE && (nodes[n]!.literal !== -1 || nodes[n]!.more !== NONE);
    }

    function advance(from: number, c: number): number {
      let s = from;
      while (s >= firstCompact) {
        const step = steps[s - firstCompact]!;
        const link = links[s - firstCompact]!;
        if (step === c) return s + 1;
        if (step !== 0) s = link;
        else {
          const edge = nodes[link]!.edges.find((packed) => packed >>> 24 === c);
          if (edge !== undefined) return edge & 0xff_ffff;
          s = nodes[link]!.fail;
        }
      }
      const cell = dense[s / 4 + c]!;
      const next = cell & 0x7fff_ffff;
      // The engine reads the node of a marked state only.
      expect(cell !== next).toBe(endsLiteral(nodeOf(next)));
      return next;
    }
  }

  test('finds exactly what a search for each literal finds', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', 'ab'), { minLength: 1, maxLength: 5 });
    const word = words.map((letters) => letters.join(''));
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { maxLength: 12 }),
        fc.array(word, { maxLength: 6 }),
        fc.constantFrom(0, 40, 120, 1 << 20),
        (set, parts, denseBytes) => {
          const text = parts.join('');
          const expected = set.flatMap((literal) =>
            Array.from({ length: text.length + 1 }, (_, end) => end)
              .filter((end) => text.slice(0, end).endsWith(literal))
              .map((end) => `${literal}@${end}`),
          );
          expect(search([...set].sort(), text, denseBytes)).toEqual(expected.sort());
        },
      ),
      { numRuns: 500 },
    );
  });

  test('capitals share the class of their small letter', () => {
    const { classes } = buildAutomaton(['ab']);
    expect(classes[0x41]).toBe(classes[0x61]);
    expect(classes[0x41]).not.toBe(0);
    expect(classes[0x43]).toBe(0);
  });
});

describe('ip ranges', () => {
  const CASES = [
    [['10.0.0.0/8'], { v4: [[0x0a000000, 0x0affffff]], v6: [] }],
    [['10.9.9.9/8'], { v4: [[0x0a000000, 0x0affffff]], v6: [] }],
    [
      ['1.2.3.4', '1.2.3.5', '1.2.3.7'],
      {
        v4: [
          [0x01020304, 0x01020305],
          [0x01020307, 0x01020307],
        ],
        v6: [],
      },
    ],
    [['255.255.255.255', '0.0.0.0/0'], { v4: [[0, 0xffffffff]], v6: [] }],
    [['::ffff:10.0.0.1'], { v4: [[0x0a000001, 0x0a000001]], v6: [] }],
    [['::ffff:10.0.0.0/104'], { v4: [[0x0a000000, 0x0affffff]], v6: [] }],
    [['::1'], { v4: [], v6: [[1n, 1n]] }],
    [['2001:db8::/32'], { v4: [], v6: [[0x20010db8n << 96n, (0x20010db9n << 96n) - 1n]] }],
    [['1::2:0'], { v4: [], v6: [[(1n << 112n) + 0x20000n, (1n << 112n) + 0x20000n]] }],
    [['fe80::1%eth0'], { v4: [], v6: [[(0xfe80n << 112n) + 1n, (0xfe80n << 112n) + 1n]] }],
    [['10.0.0.1/33'], { invalid: '10.0.0.1/33' }],
    [['example.com'], { invalid: 'example.com' }],
  ] as const;
  test.each(CASES)('%j', (networks, expected) => {
    expect(ipRanges(networks)).toEqual(expected);
  });

  test('count - every case ran', () => {
    expect(CASES).toHaveLength(12);
  });
});

test('number bounds - all keys are ANDed and both ends belong to the interval', () => {
  expect(lengthBound({ gt: 3, gte: 2, lt: 9, lte: 20 })).toEqual([4n, 8n]);
  expect(lengthBound(5)).toEqual([5n, 5n]);
  expect(lengthBound({ eq: 5, lt: 5 })).toEqual([5n, 4n]);
  expect(intervalOf('between', [-1, 3])).toEqual([-1n, 3n]);
  expect(intervalOf('gt', 1.5)).toBeNull();
});

test('period - is the smallest distance at which a text can occur again', () => {
  expect(['a', 'ab', 'aaaa', 'abab', 'aba', ''].map(periodOf)).toEqual([1, 2, 1, 2, 2, 1]);
});

describe('program', () => {
  test('rules that are off are left out, the others keep their order', () => {
    const compiled = compileProgram(
      configOf([
        ruleOf('b', uri('x')),
        ruleOf('a', uri('y'), { mode: 'off' }),
        ruleOf('c', uri('z'), { mode: 'shadow' }),
      ]),
    );
    expect(compiled.ok && compiled.rules.map(({ id }) => id)).toEqual(['b', 'c']);
  });

  test('a condition that many rules share is stored once', () => {
    const shared = {
      target: ['headers[user-agent]'],
      op: 'phrases' as const,
      value: ['a'.repeat(500), 'b'.repeat(500)],
    };
    const sizeOf = (count: number) => {
      const rules = Array.from({ length: count }, (_, i) =>
        ruleOf(`r${i}`, { all: [shared, uri('x')] }),
      );
      const compiled = compileProgram(configOf(rules));
      return compiled.ok ? compiled.program.length : 0;
    };
    expect(sizeOf(101) - sizeOf(1)).toBeLessThan(100 * 80);
  });

  test('the way a leaf lists its targets and values does not change the bytes', () => {
    const bytes = (target: string[], value: string[]) => {
      const compiled = compileProgram(configOf([ruleOf('r', { target, op: 'phrases', value })]));
      return compiled.ok ? Buffer.from(compiled.program).toString('hex') : '';
    };
    expect(bytes(['uri', 'query.*'], ['a', 'b'])).toBe(bytes(['query.*', 'uri'], ['b', 'a', 'b']));
  });
});

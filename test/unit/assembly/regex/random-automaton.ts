import fc from 'fast-check';
import { loopFollows } from '../../../../src/compiler/loop-follows.ts';
import type {
  CompiledRegex,
  PositionAutomaton,
} from '../../../../src/compiler/regex/compile-regex.ts';
import { determinise } from './slow-automaton.ts';

/** An automaton, its loop lists, and the same as a DFA. */
export interface RandomAutomaton {
  readonly nfa: CompiledRegex;
  readonly dfa: CompiledRegex;
  readonly loops: ReadonlySet<number>;
}

const REQUIREMENTS = { minLength: 0, byteSets: [], clauses: [] };

/** Positions with sets and follow lists of any kind; half of the searches begin anywhere. */
export const automata: fc.Arbitrary<RandomAutomaton> = fc
  .record({
    classes: fc.integer({ min: 1, max: 7 }),
    positions: fc.integer({ min: 1, max: 40 }),
    anywhere: fc.boolean(),
  })
  .chain(({ classes, positions, anywhere }) => {
    const position = fc.nat(positions - 1);
    const lists = fc.array(
      fc.record({
        items: fc.uniqueArray(position, { maxLength: 1 + Math.ceil(positions / 2) }),
        match: fc.nat(9).map((n) => n === 0),
        matchAtEnd: fc.nat(5).map((n) => n === 0),
      }),
      { minLength: 1, maxLength: 12 },
    );
    return fc
      .record({
        map: fc.uint8Array({ minLength: 256, maxLength: 256 }),
        sets: fc.array(fc.integer({ min: 1, max: 2 ** classes - 1 }), {
          minLength: 1,
          maxLength: 6,
        }),
        places: fc.array(fc.tuple(fc.nat(), fc.nat()), {
          minLength: positions,
          maxLength: positions,
        }),
        lists,
      })
      .map((drawn) => build(classes, anywhere, drawn));
  });

interface Drawn {
  readonly map: Uint8Array;
  readonly sets: readonly number[];
  readonly places: readonly (readonly [number, number])[];
  readonly lists: readonly { items: number[]; match: boolean; matchAtEnd: boolean }[];
}

function build(classes: number, anywhere: boolean, drawn: Drawn): RandomAutomaton {
  const { sets, places, lists } = drawn;
  const loop = places.length;
  const sorted = (items: readonly number[]) => Uint32Array.from([...items].sort((a, b) => a - b));
  const start = anywhere ? [...(lists[0]?.items ?? []), loop] : (lists[0]?.items ?? []);
  const nfa: PositionAutomaton = {
    sets: [...sets.map(bits), bits(2 ** classes - 1)],
    positions: [
      ...places.map(([set, follow]) => ({
        set: set % sets.length,
        follow: 1 + (follow % lists.length),
      })),
      { set: sets.length, follow: 1 + lists.length },
    ],
    follows: [
      { items: sorted(start), match: lists[0]!.match, matchAtEnd: lists[0]!.matchAtEnd },
      ...lists.map((list) => ({ ...list, items: sorted(list.items) })),
      { items: sorted(start), match: false, matchAtEnd: false },
    ],
    start: 0,
  };
  const loops = loopFollows(nfa, classes);
  const classMap = drawn.map.map((byte) => byte % classes);
  const common = { classes, classMap, nfa, requirements: REQUIREMENTS, captureCount: 0 };
  const dfa = determinise(nfa, classes, loops);
  return { nfa: { ...common, dfa: null }, dfa: { ...common, dfa }, loops };
}

function bits(value: number): Uint8Array {
  const set = new Uint8Array(32);
  for (let i = 0; i < 8; i++) if ((value >> i) & 1) set[0]! |= 1 << i;
  return set;
}

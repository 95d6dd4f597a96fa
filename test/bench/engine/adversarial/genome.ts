import type { Random } from '../../workload/random.ts';

/** A piece and how often it is repeated before the next one. */
interface Segment {
  readonly atom: string;
  readonly repeat: number;
}

/** An input of any length: its segments in turn, again and again. */
export type Genome = readonly Segment[];

export const single = (atom: string): Genome => [{ atom, repeat: 1 }];
export const alternating = (one: string, other: string): Genome => [
  ...single(one),
  ...single(other),
];

/** The first `length` bytes, one per character. */
export function render(genome: Genome, length: number): Buffer {
  let unit = genome.map(({ atom, repeat }) => atom.repeat(repeat)).join('');
  if (unit === '') unit = 'a';
  return Buffer.from(unit.repeat(Math.ceil(length / unit.length)).slice(0, length), 'latin1');
}

const REPEATS = [1, 1, 1, 2, 3, 8, 40, 300] as const;
const MAX_SEGMENTS = 40;

export function randomGenome(random: Random, atoms: readonly string[]): Genome {
  return Array.from({ length: random.between(1, 6) }, () => randomSegment(random, atoms));
}

/** One small change. */
export function vary(genome: Genome, random: Random, atoms: readonly string[]): Genome {
  const next = [...genome];
  const at = random.int(next.length);
  const segment = next[at]!;
  switch (random.int(7)) {
    case 0:
      next[at] = { ...segment, atom: random.pick(atoms) };
      break;
    case 1:
      next[at] = { ...segment, repeat: random.pick(REPEATS) };
      break;
    case 2:
      next.splice(at, 0, randomSegment(random, atoms));
      break;
    case 3:
      if (next.length > 1) next.splice(at, 1);
      break;
    case 4:
      next[at] = { ...segment, atom: cut(segment.atom, random) };
      break;
    case 5:
      next[at] = { ...segment, atom: `${segment.atom}${String.fromCharCode(random.int(256))}` };
      break;
    default:
      next.splice(at, 0, ...next.slice(0, random.between(1, 4)));
  }
  return next.slice(0, MAX_SEGMENTS);
}

/** The beginning of one and the end of the other. */
export function cross(one: Genome, other: Genome, random: Random): Genome {
  const child = [
    ...one.slice(0, 1 + random.int(one.length)),
    ...other.slice(random.int(other.length)),
  ];
  return child.slice(0, MAX_SEGMENTS);
}

function randomSegment(random: Random, atoms: readonly string[]): Segment {
  return { atom: random.pick(atoms), repeat: random.pick(REPEATS) };
}

function cut(atom: string, random: Random): string {
  if (atom.length < 2) return atom;
  return random.chance(0.5) ? atom.slice(0, -1) : atom.slice(1);
}

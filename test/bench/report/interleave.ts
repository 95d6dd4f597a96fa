import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** One of the things that are compared. */
export interface Side<Sample> {
  readonly name: string;
  /** Measures one round. Rounds below 0 warm up and are thrown away. */
  run(round: number): Sample | Promise<Sample>;
}

const WARM_UP_ROUNDS = 2;

/**
 * Runs all sides in turn, A B C A B C …, so that whatever else the machine does meets all of them. Each
 * round begins with another side, and before each turn garbage of the one before is collected.
 * Returns the samples of each side by name.
 */
export async function interleave<Sample>(
  sides: readonly Side<Sample>[],
  rounds: number,
  onRound: (round: number) => void = () => {},
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(sides.map(({ name }) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    onRound(round);
    for (let turn = 0; turn < sides.length; turn++) {
      const side = sides[(turn + round + WARM_UP_ROUNDS) % sides.length]!;
      collectGarbage();
      const sample = await side.run(round);
      if (round >= 0) samples.get(side.name)!.push(sample);
    }
  }
  return samples;
}

/** The middle of a figure over the rounds of one side. */
export function overRounds<Sample>(
  samples: readonly Sample[],
  figure: (sample: Sample) => number,
): number {
  const sorted = samples.map(figure).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

import type { Observation } from './observation.ts';

/** A detector that lives elsewhere: a model in ONNX, a service, a list. */
export interface Scorer {
  readonly name: string;
  /** 0: normal, 1: certainly an attack. */
  score(observation: Observation): number | Promise<number>;
}

export interface ScorerOpinion {
  readonly name: string;
  readonly score: number;
}

/**
 * Asks all scorers and waits at most `timeoutMs`. One that is late, fails, or answers what is no number
 * from 0 to 1 has no opinion: it can neither hold up nor break the detection.
 */
export async function askScorers(
  scorers: readonly Scorer[],
  observation: Observation,
  timeoutMs: number,
): Promise<readonly ScorerOpinion[]> {
  if (scorers.length === 0) return [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  const opinions = await Promise.all(
    scorers.map(async ({ name, score }) => {
      try {
        const answer = await Promise.race([score(observation), late]);
        return answer !== null && answer >= 0 && answer <= 1 ? [{ name, score: answer }] : [];
      } catch {
        return [];
      }
    }),
  );
  clearTimeout(timer);
  return opinions.flat();
}

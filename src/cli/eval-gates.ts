import type { EvaluatedFiles } from './eval-files.ts';

/** Bounds that make an evaluation fail; rates are 0..1. */
export interface EvalGates {
  readonly maxFalsePositiveRate?: number;
  readonly minDetectionRate?: number;
  readonly maxNewBlocks?: number;
}

/**
 * What is broken, in sentences; empty when everything holds. The false-positive rate is that of requests
 * labelled benign, or of all requests when none is labelled. A gate that nothing can be measured for is
 * broken: a check that checks nothing must not pass.
 */
export function brokenGates(
  { evaluation, comparison }: Pick<EvaluatedFiles, 'evaluation' | 'comparison'>,
  gates: EvalGates,
): string[] {
  const { labels, overall } = evaluation;
  const isLabelled = labels.attack !== undefined || labels.benign !== undefined;
  const falsePositives = (isLabelled ? labels.benign : overall)?.rate ?? null;
  const detected = labels.attack?.rate ?? null;
  const newBlocks = comparison?.newly_blocked.requests ?? null;
  return [
    above('false-positive rate', falsePositives, gates.maxFalsePositiveRate),
    below('detection rate', detected, gates.minDetectionRate),
    above('number of new blocks', newBlocks, gates.maxNewBlocks),
  ].filter((sentence) => sentence !== null);
}

function above(what: string, measured: number | null, bound: number | undefined): string | null {
  if (bound === undefined || (measured !== null && measured <= bound)) return null;
  return measured === null
    ? `the ${what} cannot be measured`
    : `the ${what} is ${shown(measured)}, more than ${shown(bound)}`;
}

function below(what: string, measured: number | null, bound: number | undefined): string | null {
  if (bound === undefined || (measured !== null && measured >= bound)) return null;
  return measured === null
    ? `the ${what} cannot be measured`
    : `the ${what} is ${shown(measured)}, less than ${shown(bound)}`;
}

function shown(value: number): string {
  return String(Number(value.toFixed(6)));
}

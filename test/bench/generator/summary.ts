import type { Row } from '../report/rows.ts';
import type { Condition, Outcome } from './study.ts';

/** A figure over all seeds, beside what is asked of it. */
export interface Summary extends Row {
  /** The worst seed. */
  readonly min: number;
  readonly bar?: string;
}

const RECALL_BARS: Readonly<Record<string, string>> = {
  n50: '>= 85, goal 92',
  n200: '>= 96, goal 98',
  'other-source': '>= 65, goal 80',
  mutated: '>= 80, goal 90',
};
const FALSE_POSITIVE_BAR = '<= 0.01, goal 0';

/** The rows of one condition. `all` holds the outcomes of the others, for comparison. */
export function summarise(
  { name, families, noise }: Condition,
  outcomes: readonly Outcome[],
  all: ReadonlyMap<string, readonly Outcome[]>,
): Summary[] {
  const recalls = recallBySeed(outcomes);
  const rows = [
    row(`${name}.recall`, '% of attacks', recalls.map(percent), 'lowest', RECALL_BARS[name]),
    ...(families.length < 2 ? [] : families.map((family) => recallOf(name, family, outcomes))),
    falsePositiveRow(name, outcomes),
  ];
  if (name === 'n50') {
    rows.push(
      row(
        `${name}.rules`,
        'rules',
        outcomes.map((each) => each.rules),
        'highest',
        '<= 5, goal 3',
      ),
      row(
        `${name}.time`,
        'ms',
        outcomes.map((each) => each.milliseconds),
        'highest',
        '<= 2000, goal 500',
      ),
    );
  }
  const clean = noise === undefined ? undefined : all.get('n50');
  if (clean !== undefined && clean.length > 0) {
    const before = recallBySeed(clean);
    const lost = recalls.map((recall, at) => percent(before[at]! - recall));
    rows.push(row(`${name}.recall-lost`, 'points', lost, 'highest', '<= 3'));
  }
  return rows;
}

function recallOf(name: string, family: string, outcomes: readonly Outcome[]): Summary {
  const own = outcomes.filter((each) => each.family === family).map(({ recall }) => recall);
  return row(`${name}.recall.${family}`, '% of attacks', own.map(percent), 'lowest');
}

/** Every benign request is unseen once in two seeds; a pair of seeds and a family is one measurement. */
function falsePositiveRow(name: string, outcomes: readonly Outcome[]): Summary {
  const rate = (list: readonly Outcome[]) =>
    (100 * sum(list.map((each) => each.falsePositives))) /
    sum(list.map((each) => each.unseenBenign));
  const pairs = [...new Set(outcomes.map(({ family, seed }) => `${family} ${seed >> 1}`))];
  const rates = pairs.map((pair) =>
    rate(outcomes.filter(({ family, seed }) => `${family} ${seed >> 1}` === pair)),
  );
  return row(`${name}.false-positives`, '% of benign', rates, 'highest', FALSE_POSITIVE_BAR);
}

/** The mean over the families, for each seed. */
function recallBySeed(outcomes: readonly Outcome[]): number[] {
  const seeds = [...new Set(outcomes.map(({ seed }) => seed))];
  return seeds.map((seed) =>
    mean(outcomes.filter((each) => each.seed === seed).map(({ recall }) => recall)),
  );
}

function row(
  name: string,
  unit: string,
  values: readonly number[],
  worst: 'lowest' | 'highest',
  bar?: string,
): Summary {
  const min = worst === 'lowest' ? Math.min(...values) : Math.max(...values);
  return {
    name: `generator.${name}`,
    unit,
    value: Number(mean(values).toFixed(4)),
    min: Number(min.toFixed(4)),
    ...(bar === undefined ? {} : { bar }),
  };
}

export function describeSummary({ name, value, unit, min, bar }: Summary): string {
  const figure = `${value} ${unit}`.padEnd(28);
  return `${name.padEnd(46)} ${figure} worst ${String(min).padEnd(10)} ${bar ?? ''}`.trimEnd();
}

const percent = (share: number) => 100 * share;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

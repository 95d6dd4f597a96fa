import type { Changed, ChangedSample, Comparison } from '../evaluation/comparison.ts';
import type { Headline } from '../evaluation/headline.ts';
import type { BlockRate } from '../evaluation/rate.ts';
import type { Sample } from '../evaluation/sample.ts';
import type { Evaluation, GroupRate } from '../evaluation/tally.ts';
import type { EvaluatedFiles } from './eval-files.ts';
import { printable, reasonText, scoreText } from './explanation-text.ts';
import { renderTable } from './table.ts';

const RULES_SHOWN = 40;
const BLAME_SHOWN = 10;

/** The report of `secbeat eval` for people: paragraphs, each with a heading. */
export function evalText({ evaluation, comparison, bad, seconds }: EvaluatedFiles): string {
  return [
    summary(evaluation, seconds),
    headlineText(evaluation.headline),
    groupTable('category', evaluation.categories),
    groupTable('source', evaluation.sources),
    ruleTable(evaluation),
    scoreTable(evaluation),
    sampleList('Would be blocked, and is not labelled as an attack', evaluation.samples.blocked),
    sampleList('Attacks that would pass', evaluation.samples.missed),
    comparison === null ? '' : comparisonText(comparison),
    badText(bad),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

function summary({ overall, labels, actions, steps, ...rest }: Evaluation, seconds: number) {
  const { attack, benign } = labels;
  const lines = [
    `${overall.requests} requests, ${overall.blocked} would be blocked (${percent(overall.rate)})`,
    `log ${actions.log}, ratelimit ${actions.ratelimit}`,
    `steps: mean ${steps.mean}, p50 ${steps.p50}, p99 ${steps.p99}, max ${steps.max}`,
    `${seconds.toFixed(1)} s, ${Math.round(overall.requests / Math.max(seconds, 0.001))} requests a second, reading included`,
  ];
  if (benign !== undefined) lines.splice(1, 0, `false positives (FPR): ${rateText(benign)}`);
  if (attack !== undefined) lines.splice(1, 0, `detected (TPR):        ${rateText(attack)}`);
  if (rest.failed > 0) lines.push(`${rest.failed} could not be judged`);
  if (rest.truncated > 0)
    lines.push(`${rest.truncated} are larger than the limits: judged in part`);
  return lines.join('\n');
}

function headlineText(headline: Headline | null): string {
  if (headline === null) return '';
  const { attack, benign, benign_without_policy, balanced_accuracy } = headline;
  return [
    'HEADLINE (attacks without csic2010 and libinjection, benign without hard-*)',
    `TPR ${rateText(attack)}`,
    `FPR ${rateText(benign)}`,
    `FPR ${rateText(benign_without_policy)} without policy requests`,
    `balanced accuracy ${percent(balanced_accuracy)}`,
  ].join('\n');
}

function groupTable(what: string, groups: readonly GroupRate[]): string {
  if (groups.length === 0) return '';
  const rows = groups.map(({ label, name, requests, blocked, rate }) => [
    ...[label, printable(name)],
    ...[String(requests), String(blocked), percent(rate)],
  ]);
  return renderTable(['label', what, 'requests', 'blocked', '%'], rows);
}

function ruleTable({ rules }: Evaluation): string {
  if (rules.length === 0) return 'No rule matched.';
  const rows = rules
    .slice(0, RULES_SHOWN)
    .map(({ rule, enforced, shadow, decided, attack, benign, unlabelled }) => [
      rule,
      ...[enforced, shadow, decided, attack, benign, unlabelled].map(String),
    ]);
  const head = ['rule', 'enforced', 'shadow', 'decided', 'attack', 'benign', 'unlabelled'];
  const left = rules.length - RULES_SHOWN;
  return renderTable(head, rows) + (left > 0 ? `\n… and ${left} more rules (--json)` : '');
}

function scoreTable({ score, overall }: Evaluation): string {
  if (score.categories.length === 0) return '';
  const rows = score.buckets.map(({ from, attack, benign, unlabelled }, i) => {
    const next = score.buckets[i + 1]?.from;
    const range =
      next === undefined ? `${from}+` : next - from === 1 ? `${from}` : `${from}–${next - 1}`;
    const all = attack + benign + unlabelled;
    return [range, ...[attack, benign, unlabelled].map(String), bar(all, overall.requests)];
  });
  const categories = score.categories.map(({ category, threshold, scored, over, max }) => [
    ...[category, threshold === null ? '-' : String(threshold)],
    ...[scored, over, max].map(String),
  ]);
  return [
    renderTable(['highest score', 'attack', 'benign', 'unlabelled', ''], rows),
    '',
    renderTable(['category', 'threshold', 'scored', 'over', 'max'], categories),
  ].join('\n');
}

function bar(count: number, all: number): string {
  return '▇'.repeat(count === 0 ? 0 : Math.max(1, Math.round((40 * count) / all)));
}

function sampleList(heading: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  return [
    `${heading.toUpperCase()} (the first ${samples.length})`,
    ...samples.map(sampleText),
  ].join('\n');
}

function sampleText(sample: Sample): string {
  const { id, label = '', category = '', method, uri, reason, score } = sample;
  const points = scoreText(score);
  const verdict = reason === null ? `passes${points && `, ${points}`}` : reasonText(reason);
  const head = [id, label, category].filter((word) => word !== '').join(' ');
  const lines = [`${printable(head)}: ${verdict}`, `    ${printable(`${method} ${uri}`)}`];
  for (const { rule, target } of reason === null ? [] : sample.matches.slice(0, 3)) {
    lines.push(`    ${rule} in ${printable(target)}`);
  }
  return lines.join('\n');
}

function comparisonText(comparison: Comparison): string {
  const { newly_blocked, newly_allowed, changed_action, changed_score, requests } = comparison;
  const { higher, lower } = changed_score;
  return [
    `AGAINST THE BASELINE (${requests} requests)`,
    `newly blocked ${changedText(newly_blocked)}`,
    `newly allowed ${changedText(newly_allowed)}`,
    `another action ${changed_action}, another score ${changed_score.requests} (${higher} higher, ${lower} lower)`,
    changedList('Newly blocked', newly_blocked),
    changedList('Newly allowed', newly_allowed),
    changedSamples('Another score', changed_score.samples),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function changedText({ requests, attack, benign, unlabelled }: Changed): string {
  return `${requests} (attack ${attack}, benign ${benign}, unlabelled ${unlabelled})`;
}

function changedList(heading: string, { blame, samples }: Changed): string {
  if (samples.length === 0) return '';
  const rows = blame.slice(0, BLAME_SHOWN).map(({ rule, requests }) => [rule, String(requests)]);
  const table = rows.length === 0 ? [] : ['', renderTable(['to blame', 'requests'], rows)];
  return [...table, changedSamples(heading, samples)].join('\n');
}

function changedSamples(heading: string, samples: readonly ChangedSample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map((sample) => {
    const [before, after] = [scoreText(sample.baseline_score), scoreText(sample.score)];
    const blame = sample.blame.length === 0 ? 'no rule: a threshold' : sample.blame.join(', ');
    return `${sampleText(sample)}\n    score ${before || '0'} → ${after || '0'}; to blame: ${blame}`;
  });
  return ['', `${heading.toUpperCase()} (the first ${samples.length})`, ...lines].join('\n');
}

function badText({ records, first }: EvaluatedFiles['bad']): string {
  if (records === 0) return '';
  const named = first.map(({ file, number, reason }) => `${file}:${number} ${reason}`);
  return [`${records} records are no requests and were left out:`, ...named].join('\n');
}

function rateText({ requests, blocked, rate }: BlockRate): string {
  return `${percent(rate)} (${blocked} of ${requests})`;
}

function percent(rate: number | null): string {
  return rate === null ? '-' : `${(rate * 100).toFixed(2)} %`;
}

import { posix } from 'node:path';
import { assembleChains } from './assemble-chains.ts';
import { createReport, type ImportReport, type ReportWriter } from './import-report.ts';
import { importSteps } from './import-steps.ts';
import { LANGUAGE_SUPPORT, type LanguageSupport } from './language-support.ts';
import type { Directive } from './model.ts';
import { parseDirectives } from './parse-directives.ts';
import { collectChanges } from './rule-changes.ts';
import { createTransactionVariables } from './transaction-variables.ts';
import type { WrittenRule } from './written-rule.ts';

export interface SeclangFile {
  readonly name: string;
  readonly text: string;
}

export interface ImportOptions {
  /** Blocking and detection paranoia level; absent: what the setup says. */
  readonly paranoia?: 1 | 2 | 3 | 4;
  /** Text of a file, by its path: data files, and what Include names. undefined when it is not there. */
  readonly data: (name: string) => string | undefined;
  /** TX variable → value, over what the setup says. */
  readonly variables?: ReadonlyMap<string, string>;
  /** Nothing is refused, as with `SecRuleEngine DetectionOnly`, which has the same effect. */
  readonly detectionOnly?: boolean;
  readonly support?: LanguageSupport;
}

export interface ImportResult {
  /** In the order of evaluation; as a person would post them. */
  readonly rules: readonly WrittenRule[];
  /** Score category → value at which a request is refused. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly report: ImportReport;
}

/** Turns SecLang text into rules. Nothing is dropped silently: see the report. */
export function importSeclang(files: readonly SeclangFile[], options: ImportOptions): ImportResult {
  const report = createReport();
  const directives = files.flatMap(({ name, text }) =>
    readDirectives(name, text, options, report, 0),
  );
  const { steps, defaults, broken } = assembleChains(directives);
  for (const place of broken) report.gap(place, '', 'a chain without its last rule');
  const tx = createTransactionVariables();
  for (const [name, value] of options.variables ?? []) tx.pin(name, value);
  if (options.paranoia !== undefined) {
    tx.pin('blocking_paranoia_level', String(options.paranoia));
    tx.pin('detection_paranoia_level', String(options.paranoia));
  }
  const { rules, thresholds } = importSteps({
    steps,
    defaults,
    changes: collectChanges(directives),
    tx,
    support: options.support ?? LANGUAGE_SUPPORT,
    detectionOnly: options.detectionOnly ?? directives.some(isDetectionOnly),
    data: (name, file) => options.data(beside(file, name)),
    report,
  });
  return { rules, thresholds, report: report.finish(rules.length) };
}

const MAX_INCLUDES = 16;

/** The directives of a file with those that it includes in their place. */
function readDirectives(
  name: string,
  text: string,
  options: ImportOptions,
  report: ReportWriter,
  depth: number,
): readonly Directive[] {
  return parseDirectives(name, text).flatMap((directive) => {
    const { place } = directive;
    if (directive.kind === 'unread') report.gap(place, '', directive.reason);
    if (directive.kind === 'setting') noteSetting(directive, report);
    if (directive.kind !== 'include') return [directive];
    const path = beside(name, directive.name);
    const included = depth < MAX_INCLUDES ? options.data(path) : undefined;
    if (included === undefined) report.gap(place, '', `Include ${directive.name}: no such file`);
    return included === undefined ? [] : readDirectives(path, included, options, report, depth + 1);
  });
}

/** Settings of the engine that say nothing about rules. */
const SILENT =
  /^sec(?:componentsignature|marker|collectiontimeout|audit\w*|debug\w*|tmpdir|datadir)$/i;

function isDetectionOnly(directive: Directive): boolean {
  if (directive.kind !== 'setting') return false;
  const { name, value } = directive;
  return name.toLowerCase() === 'secruleengine' && value.toLowerCase() === 'detectiononly';
}

function noteSetting(directive: Directive & { kind: 'setting' }, report: ReportWriter): void {
  const { place, name, value } = directive;
  if (!SILENT.test(name) && !isDetectionOnly(directive))
    report.note(place, '', `${name} ${value} has no counterpart`);
}

function beside(file: string, name: string): string {
  return posix.isAbsolute(name) ? name : posix.join(posix.dirname(file), name);
}

import type { Chain, Place } from './model.ts';

/** Why a rule is not, or not quite, what it was. */
export interface ReportEntry {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Of the SecLang rule; '' when it has none. */
  readonly id: string;
  readonly reason: string;
}

/** Every SecRule and SecAction with its chain is counted once: imported, folded or a gap. */
export interface ImportReport {
  readonly imported: number;
  /** Evaluated at import, or without effect on a verdict: gates, initialisations, sums, logging. */
  readonly folded: readonly ReportEntry[];
  /** What cannot be expressed, or cannot be read. Nothing of it is in the rules. */
  readonly gaps: readonly ReportEntry[];
  /** Imported with a difference: an exclusion left out, a setting that has no counterpart. */
  readonly notes: readonly ReportEntry[];
}

/** Collects a report. */
export interface ReportWriter {
  folded(chain: Chain, reason: string): void;
  gap(place: Place, id: string, reason: string): void;
  note(place: Place, id: string, reason: string): void;
  finish(imported: number): ImportReport;
}

export function createReport(): ReportWriter {
  const folded: ReportEntry[] = [];
  const gaps: ReportEntry[] = [];
  const notes: ReportEntry[] = [];
  const entry = ({ file, line }: Place, id: string, reason: string) => ({ file, line, id, reason });
  return {
    folded: ({ place, id }, reason) => void folded.push(entry(place, id, reason)),
    gap: (place, id, reason) => void gaps.push(entry(place, id, reason)),
    note: (place, id, reason) => void notes.push(entry(place, id, reason)),
    finish: (imported) => ({ imported, folded, gaps, notes }),
  };
}

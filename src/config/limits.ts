import { readFileSync } from 'node:fs';
import { deepFreeze } from './deep-freeze.ts';
import { packagePath } from './package-root.ts';

/**
 * Every limit that a producer and a node share, in bytes unless the name says otherwise.
 * Source: `schemas/limits.json`; nothing else in the project declares one of these numbers.
 */
export interface Limits {
  readonly rule: {
    readonly max_rules: number;
    readonly max_id_length: number;
    readonly max_text_length: number;
    readonly max_pattern_length: number;
    readonly max_regex_length: number;
    /** Positions of a regular expression's automaton, counted repetition written out. */
    readonly max_regex_positions: number;
    /** 16-bit cells of a regular expression's table of states; above, its positions are run. */
    readonly max_dfa_cells: number;
    readonly max_values_per_condition: number;
    readonly max_condition_depth: number;
    readonly max_conditions: number;
    readonly max_tags: number;
    readonly max_examples: number;
    readonly max_example_bytes: number;
    readonly max_ttl_seconds: number;
    readonly max_score: number;
    readonly max_score_categories: number;
    readonly max_tuning: number;
  };
  readonly batch: { readonly max_rules: number; readonly max_body_bytes: number };
  readonly request: {
    readonly max_record_bytes: number;
    readonly max_body_bytes: number;
    readonly max_header_bytes: number;
    readonly max_headers: number;
    readonly max_values: number;
  };
  readonly program: {
    readonly max_bytes: number;
    readonly max_steps: number;
    readonly max_matches_explained: number;
  };
  readonly artifact: {
    readonly max_bytes: number;
    readonly max_manifest_bytes: number;
    readonly max_memory_pages: number;
  };
  readonly upload: {
    readonly max_bytes: number;
    readonly max_modules: number;
    readonly max_name_length: number;
    readonly foreign_memory_pages: number;
    /** A foreign module sees this much of a body: what a plain scan can read within its fuel. */
    readonly foreign_body_bytes: number;
    /** Elements all tables of a module may have together. */
    readonly max_table_entries: number;
  };
  readonly reload: { readonly timeout_ms: number; readonly probe_timeout_ms: number };
}

/** The limits in force; deep-frozen. */
export const LIMITS: Limits = deepFreeze(
  JSON.parse(readFileSync(packagePath('schemas', 'limits.json'), 'utf8')),
);

import type { Diagnostic } from '../rules/diagnostic.ts';
import type { CompilerErrorCode } from './error-codes.ts';

/** What is wrong at one place of one rule; becomes a diagnostic once the rule is known. */
export interface CompileFault {
  readonly code: CompilerErrorCode;
  /** JSON Pointer below the rule, e.g. `/when/all/0/op`. */
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
}

/** Collects the faults of one rule under a pointer that follows the walk. */
export type Report = (fault: CompileFault) => void;

/** The fault as a diagnostic of rule `index` of the config. */
export function diagnose(fault: CompileFault, index: number, ruleId: string): Diagnostic {
  const { code, message, hint } = fault;
  return { code, pointer: `/rules/${index}${fault.pointer}`, message, hint, rule_id: ruleId };
}

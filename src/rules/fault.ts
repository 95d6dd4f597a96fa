import type { Diagnostic } from './diagnostic.ts';
import type { RuleErrorCode } from './error-codes.ts';
import type { JsonText } from './json-text.ts';

/** A diagnostic before its position in the text is known. */
export interface Fault {
  readonly code: RuleErrorCode;
  readonly severity?: 'warning';
  /** Into the document that was given, or into the rule; the finder says which. */
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
  /** `key`: the position is that of the key, not of its value. */
  readonly at?: 'key';
  readonly ruleId?: string;
}

/** Gives a fault its line, column and file. */
export function toDiagnostic(
  fault: Omit<Fault, 'code'> & { readonly code: string },
  text?: JsonText | null,
  file?: string,
): Diagnostic {
  return {
    code: fault.code,
    ...(fault.severity === undefined ? {} : { severity: fault.severity }),
    pointer: fault.pointer,
    ...text?.locate(fault.pointer, fault.at),
    message: fault.message,
    hint: fault.hint,
    ...(file === undefined ? {} : { file }),
    ...(fault.ruleId === undefined ? {} : { rule_id: fault.ruleId }),
  };
}

/** Whether any of the diagnostics refuses the input. */
export function refuses(diagnostics: readonly { readonly severity?: string }[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity !== 'warning');
}

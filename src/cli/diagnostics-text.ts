import type { Diagnostic } from '../rules/diagnostic.ts';
import type { Terminal } from './terminal.ts';

/**
 * Two lines for a diagnostic, the first as compilers write them so that editors find the place:
 *
 *   rules/bots.json:4:15 error WAF_ERR_RULE_ACTION_UNKNOWN unknown action "blok"
 *       did you mean "block"?
 */
export function diagnosticText(diagnostic: Diagnostic, file: string, terminal: Terminal): string {
  const { line, column, pointer, code, message, hint, severity = 'error' } = diagnostic;
  const position = line === undefined ? fragmentOf(pointer) : `:${line}:${column ?? 1}`;
  const place = `${diagnostic.file ?? file}${position}`;
  const kind = terminal.style(severity === 'error' ? 'red' : 'yellow', severity);
  const words = [place, kind, code, message].filter((word) => word !== '');
  return `${words.join(' ')}\n    ${hint}`;
}

export function isError({ severity }: Diagnostic): boolean {
  return severity !== 'warning';
}

function fragmentOf(pointer: string): string {
  return pointer === '' ? '' : `#${pointer}`;
}

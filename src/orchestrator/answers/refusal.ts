import type { FastifyReply } from 'fastify';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import type { Refused } from '../../rules/rule-book.ts';

const STATUS: Readonly<Record<Refused['kind'], number>> = {
  invalid: 422,
  unknown: 404,
  conflict: 409,
  full: 409,
  busy: 503,
};

const SUMMARY: Readonly<Record<Refused['kind'], string>> = {
  invalid: 'refused',
  unknown: 'not found',
  conflict: 'conflict',
  full: 'full',
  busy: 'not possible now',
};

/** Answers what the rule book refused: `{error, code, diagnostics}`, nothing was changed. */
export function sendRefusal(reply: FastifyReply, refused: Refused): FastifyReply {
  if (refused.kind === 'busy') reply.header('retry-after', '1');
  return reply.code(statusOf(refused)).send({
    error: summarise(SUMMARY[refused.kind], refused.diagnostics),
    code: refused.diagnostics[0]?.code,
    diagnostics: refused.diagnostics,
  });
}

/** 400 when the text is not JSON at all; else what the kind says. */
function statusOf({ kind, diagnostics }: Refused): number {
  return diagnostics.some(({ code }) => code.startsWith('WAF_ERR_RULE_JSON_')) ? 400 : STATUS[kind];
}

/** e.g. `refused: unknown action "blok" (and 2 more faults)`. */
function summarise(what: string, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity !== 'warning');
  const [first] = errors;
  if (first === undefined) return what;
  const more = errors.length - 1;
  const rest = more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'fault' : 'faults'})`;
  return `${what}: ${first.message}${rest}`;
}

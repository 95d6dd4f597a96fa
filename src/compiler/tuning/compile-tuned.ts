import type { Diagnostic } from '../../rules/diagnostic.ts';
import type { Rule, WafConfig } from '../../rules/model.ts';
import type { CompiledProgram } from '../compile-program.ts';
import { tuneConfig } from './tune-config.ts';

/**
 * Compiles a configuration with its tuning. The rules of the answer are those that were written, and what
 * is wrong points to where it was written; a rule that is in shadow mode on some paths is there twice.
 */
export function compileTuned(
  config: WafConfig,
  compile: (config: WafConfig) => CompiledProgram,
): CompiledProgram {
  const { config: tuned, origins, diagnostics } = tuneConfig(config);
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const compiled = compile(tuned);
  if (origins === null) return compiled;
  if (!compiled.ok) {
    const found = compiled.diagnostics.map((each) => placed(each, config, tuned, origins));
    return { ok: false, diagnostics: found };
  }
  const written = new Map(tuned.rules.map((rule, i) => [rule, config.rules[origins[i]!]!]));
  const rules = compiled.rules.map((rule) => withMode(written.get(rule)!, rule.mode));
  return { ...compiled, rules };
}

function withMode(rule: Rule, mode: Rule['mode']): Rule {
  return rule.mode === mode ? rule : { ...rule, mode };
}

function placed(
  diagnostic: Diagnostic,
  config: WafConfig,
  tuned: WafConfig,
  origins: readonly number[],
): Diagnostic {
  const [whole, index, rest = ''] = /^\/rules\/(\d+)(.*)$/s.exec(diagnostic.pointer) ?? [];
  const origin = whole === undefined ? undefined : origins[Number(index)];
  if (origin === undefined) return diagnostic;
  const isAsWritten = tuned.rules[Number(index)]!.when === config.rules[origin]!.when;
  const below = isAsWritten || !rest.startsWith('/when') ? rest : '/when';
  return { ...diagnostic, pointer: `/rules/${origin}${below}` };
}

import { pino } from 'pino';
import { createRuleBook, type RuleBookDeps } from '../../../src/rules/create-rule-book.ts';
import type { Diagnostic } from '../../../src/rules/diagnostic.ts';
import type { StaticRule } from '../../../src/rules/list-rules.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import type { Accepted, Refused } from '../../../src/rules/rule-book.ts';
import { MemoryStore } from './memory-store.ts';

export const START = Date.parse('2030-01-01T00:00:00Z');
export const HTTP = { actor: 'alice', source: 'http' } as const;

type Dynamic = RuleBookDeps['settings']['dynamicRules'];

/** A rule book on a store in memory, with a clock, a trial and a queue that the test commands. */
export async function openBook(dynamicRules: Partial<Dynamic> = {}, store = new MemoryStore()) {
  const world = {
    now: START,
    files: [] as readonly StaticRule[],
    marks: [] as string[],
    /** The configs that were tried. */
    tried: [] as WafConfig[],
    /** Ids that the trial refuses. */
    bad: new Set<string>(),
    queueDown: false,
    /** What was logged as a warning. */
    warned: [] as Record<string, unknown>[],
  };
  const book = await createRuleBook({
    document: store,
    staticRules: { list: () => world.files },
    trial: {
      async check(config) {
        world.tried.push(config);
        await new Promise((resolve) => setImmediate(resolve));
        return config.rules.flatMap((rule, index) =>
          world.bad.has(rule.id) ? [blame(index)] : [],
        );
      },
    },
    marker: {
      async mark(lane) {
        if (world.queueDown) throw new Error('connect ECONNREFUSED');
        world.marks.push(lane);
      },
    },
    settings: {
      waf: { thresholds: { inbound: 5 }, on_budget: 'log', max_steps: 100_000 },
      dynamicRules: {
        enabled: true,
        min_confidence: 0.85,
        max_active_rules: 100,
        default_ttl_seconds: 3600,
        auto_deploy: true,
        ...dynamicRules,
      },
    },
    now: () => world.now,
    log: pino({ level: 'warn' }, { write: (line) => void world.warned.push(JSON.parse(line)) }),
  });
  return { book, store, world };
}

function blame(index: number): Diagnostic {
  return {
    code: 'WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED',
    pointer: `/rules/${index}/when/op`,
    message: 'no',
    hint: 'none',
  };
}

/** The text of a short-form rule. */
export function shortRule(id: string, more: object = {}): string {
  return JSON.stringify({ id, field: 'URI', pattern: `/${id}`, action: 'block', ...more });
}

export function ruleOf(text: string): Rule {
  return readRules(text, { now: 0, origin: 'file' }).rules[0]!.rule;
}

export function fileOf(text: string, file = 'rules/x.json'): StaticRule {
  return { rule: ruleOf(text), file };
}

export function accepted(answer: Accepted | Refused): Accepted {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.diagnostics)}`);
  return answer;
}

/** Kind and codes of a refusal. */
export function refusal(answer: Accepted | Refused): [string, ...string[]] {
  if (answer.ok) throw new Error('accepted');
  return [answer.kind, ...answer.diagnostics.map(({ code }) => code)];
}

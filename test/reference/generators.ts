import fc from 'fast-check';
import { compileProgram } from '../../src/compiler/compile-program.ts';
import { SUPPORTED_TRANSFORMS } from '../../src/compiler/supported.ts';
import type { Action, Condition, Leaf, Rule, WafConfig } from '../../src/rules/model.ts';
import { configOf, ruleOf } from './engine.ts';
import { name, text } from './letters.ts';

export { exchanges, requests } from './exchange-generators.ts';

const network = fc.constantFrom(
  '10.0.0.0/8',
  '10.0.0.1',
  '192.0.2.0/29',
  '0.0.0.0/1',
  '::1',
  '2001:db8::/64',
  '2001:db8::/32',
  'fe80::/10',
  '::/0',
);

const plainTarget = fc.constantFrom(
  'method',
  'uri',
  'path',
  'path.raw',
  'query.raw',
  'query.*',
  'query.names',
  'headers.*',
  'headers.names',
  'cookies.*',
  'cookies.names',
  'body.raw',
  'body.form.*',
  'body.form.names',
  'client.ip',
  'version',
  'request.line',
  'path.segments',
  'path.basename',
  'body.json.*',
  'body.json.names',
  'body.parts.headers.*',
  'body.parts.headers.names',
  'body.xml.text',
  'body.xml.attributes.*',
  'body.xml.attributes.names',
  'body.error',
  'files.*',
  'files.names',
  'files.fields',
  'args.combined_size',
  'files.combined_size',
);
/** What rules of the response phase look at: responses, and of requests what comes before the body. */
const responseTarget = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'response.status',
      'response.headers.*',
      'response.headers.names',
      'response.headers[a]',
      'response.headers[X-A]',
      'response.headers.names[x-a]',
      'response.headers[/^x?-?a/]',
      'response.body',
    ),
  },
  fc.constantFrom('method', 'uri', 'query.*', 'query[a]', 'headers[x-a]', 'cookies.names', 'ctx.a'),
);
const namedTarget = fc
  .tuple(
    fc.constantFrom(
      'query',
      'headers',
      'cookies',
      'body.form',
      'body.parts.headers',
      'body.xml.attributes',
    ),
    name,
  )
  .map(([family, member]) => `${family}[${member}]`);
const memberTarget = fc.constantFrom('body.json./a', 'body.json./b', 'tls.version', 'ctx.a');
const target = fc.oneof(
  { weight: 3, arbitrary: plainTarget },
  { weight: 2, arbitrary: namedTarget },
  memberTarget,
);

/** Pieces of which any sequence is an expression, with and without texts that every match needs. */
const EXPRESSIONS = [
  'a',
  'b',
  'A',
  'ab',
  'abba',
  'a+',
  'b*',
  '[ab]',
  '[^a]',
  '(?:a|bb)',
  '(?:abba|/\\.)',
  '(?:ab){2,3}?',
  'a{1,2}',
  '.',
  '.*',
  '^',
  '$',
  '\\b',
  '\\B',
  '\\d',
  '\\x61',
  '\\x2f',
  '1',
  '(?i)',
  '(?i:AB)',
];
const expression = fc
  .array(fc.constantFrom(...EXPRESSIONS), { minLength: 1, maxLength: 4 })
  .map((pieces) => pieces.join(''));

const integer = fc.integer({ min: -3, max: 12 });
const ignoreCase = fc.boolean().map((ignore) => (ignore ? { ignore_case: true } : {}));
const textOp = fc.constantFrom('equals', 'contains', 'starts_with', 'ends_with', 'glob', 'within');
const listOp = fc.constantFrom('in', 'phrases');
const numberOp = fc.constantFrom('lt', 'lte', 'gt', 'gte');
const bareOp = fc.constantFrom('exists', 'valid_utf8', 'valid_url_encoding', 'is_sqli', 'is_xss');
const bound = fc.oneof(
  integer,
  integer.map((gte) => ({ gte })),
  fc.tuple(integer, integer).map(([gt, lt]) => ({ gt, lt })),
  integer.map((eq) => ({ eq })),
);
const test: fc.Arbitrary<Pick<Leaf, 'op' | 'value' | 'ignore_case'>> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: textOp, value: text(4) }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: listOp, value: fc.array(text(3), { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('regex' as const), value: expression }) },
  fc.record({ op: fc.constant('length' as const), value: bound }),
  fc.record({ op: numberOp, value: integer }),
  fc.record({ op: fc.constant('between' as const), value: fc.tuple(integer, integer) }),
  fc.record({ op: bareOp }),
  fc.record({
    op: fc.constant('byte_range' as const),
    value: fc.constantFrom('97-122', '32-126,9', '0-255'),
  }),
  fc.record({
    op: fc.constant('ip_in' as const),
    value: fc.array(network, { minLength: 1, maxLength: 3 }),
  }),
);
const quantifier = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  fc
    .constantFrom('any', 'all', 'none')
    .map((word) => ({ quantifier: word as 'any' | 'all' | 'none' })),
  fc
    .tuple(fc.constantFrom('>=', '>', '<=', '==', '<'), fc.integer({ min: 1, max: 3 }))
    .map(([comparison, n]) => ({ quantifier: { count: `${comparison}${n}` } })),
);

const rarely = fc.integer({ min: 0, max: 4 }).map((n) => n === 0);
const transforms = fc.array(fc.constantFrom(...SUPPORTED_TRANSFORMS), { maxLength: 3 });

const leafOf = (targets: fc.Arbitrary<string>): fc.Arbitrary<Leaf> =>
  fc
    .tuple(
      test,
      ignoreCase,
      quantifier,
      fc.array(targets, { minLength: 1, maxLength: 3 }),
      fc.array(targets, { maxLength: 1 }),
      transforms,
      fc.record({ first: fc.boolean(), negate: rarely, each_transform: rarely }),
    )
    .map(([operator, fold, count, targets, except, chain, flags]) => ({
      target: targets,
      ...(except.length > 0 ? { except } : {}),
      ...(chain.length > 0 ? { transforms: chain } : {}),
      ...operator,
      ...fold,
      ...count,
      ...setFlags(flags),
    }));

const leaf = leafOf(target);

/**
 * A leaf that looks at what the condition before it matched. Two leaves may have matched the same value,
 * so it does not count them.
 */
const chained: fc.Arbitrary<Leaf> = fc
  .tuple(
    test,
    ignoreCase,
    fc.constantFrom('any' as const, 'all' as const, 'none' as const),
    transforms,
    fc.record({ negate: rarely, each_transform: rarely }),
  )
  .map(([operator, fold, word, chain, flags]) => ({
    target: [],
    on: 'matched' as const,
    ...(chain.length > 0 ? { transforms: chain } : {}),
    ...operator,
    ...fold,
    quantifier: word,
    ...setFlags(flags),
  }));

function setFlags(flags: Readonly<Record<string, boolean>>): Readonly<Record<string, true>> {
  const set = Object.entries(flags).filter(([, isSet]) => isSet);
  return Object.fromEntries(set.map(([key]) => [key, true as const]));
}

const LISTS = { minLength: 1, maxLength: 3 };
const conditionOf = (one: fc.Arbitrary<Leaf>) =>
  fc.letrec<{ condition: Condition; link: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 3, arbitrary: one },
      fc.record({ all: fc.array(tie('condition'), LISTS) }),
      fc
        .tuple(tie('condition'), fc.array(tie('link'), LISTS))
        .map(([head, links]) => ({ all: [head, ...links] })),
      fc.record({ any: fc.array(tie('condition'), LISTS) }),
      fc.record({ not: tie('condition') }),
    ),
    // What stands behind another condition of an `all`.
    link: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 3, arbitrary: chained },
      tie('condition'),
      fc.record({ any: fc.array(tie('link'), LISTS) }),
      fc.record({ all: fc.array(tie('link'), LISTS) }),
      fc.record({ not: tie('link') }),
    ),
  })).condition;
const requestCondition = conditionOf(leaf);
const responseCondition = conditionOf(leafOf(responseTarget));

const tag = fc.constantFrom('t1', 't2');
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constant({ block: { status: 403 } }),
  fc.constant({ log: {} }),
  fc.constant({ score: {} }),
  fc.constant({ allow: { skip: 'all' as const } }),
  tag.map((name) => ({ allow: { skip: { tags: [name] } } })),
  fc.constant({ allow: { skip: { ids: ['r0', 'r2'] } } }),
  fc.constant({
    ratelimit: { key: 'client.ip', limit: 1, window_s: 1, over: 'block' as const },
  }),
);
const instant = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z');

const ruleWith = (condition: fc.Arbitrary<Condition>): fc.Arbitrary<Omit<Rule, 'id'>> =>
  fc
    .tuple(
      condition,
      action,
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom('enforce', 'enforce', 'shadow', 'off'),
      fc.array(tag, { maxLength: 2 }),
      fc.option(
        fc.dictionary(fc.constantFrom('inbound', 'sqli'), fc.integer({ min: -2, max: 5 })),
        {
          nil: undefined,
        },
      ),
      fc.option(instant, { nil: undefined }),
    )
    .map(([when, effect, priority, mode, tags, score, expires]) => {
      const rest = { action: effect, priority, mode: mode as Rule['mode'], tags };
      const made = ruleOf('', when, rest);
      return { ...made, ...(score ? { score } : {}), ...(expires ? { expires_at: expires } : {}) };
    });

const configsWith = (condition: fc.Arbitrary<Condition>): fc.Arbitrary<WafConfig> =>
  fc
    .tuple(
      fc.array(ruleWith(condition), { minLength: 1, maxLength: 6 }),
      fc.dictionary(fc.constantFrom('inbound', 'sqli'), fc.integer({ min: 1, max: 6 })),
    )
    .map(([rules, thresholds]) =>
      configOf(
        rules.map((made, i) => ({ ...made, id: `r${i}` })),
        { thresholds },
      ),
    )
    .filter((config) => compileProgram(config).ok);

/** Small rule sets that use every part of the language that the engine serves, and are affordable. */
export const configs = configsWith(
  fc.oneof({ weight: 4, arbitrary: requestCondition }, responseCondition),
);

/** The same, of which most are for responses. */
export const responseConfigs = configsWith(
  fc.oneof({ weight: 4, arbitrary: responseCondition }, requestCondition),
);

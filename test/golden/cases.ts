import type { Rule, WafConfig } from '../../src/rules/model.ts';
import { configOf, ruleOf } from '../reference/engine.ts';

/** A rule set and requests, which together use everything that a program of the format can hold. */
export interface GoldenCase {
  readonly config: WafConfig;
  /** As JSON RequestContexts. */
  readonly requests: readonly Readonly<Record<string, unknown>>[];
}

const UPLOAD = [
  '--B',
  'Content-Disposition: form-data; name="doc"; filename="shell.PHP"',
  '',
  '<?php system($_GET[1]); ?>',
  '--B--',
  '',
].join('\r\n');

const LOGGED = { action: { log: {} } } as const;

export const GOLDEN_CASES: Readonly<Record<string, GoldenCase>> = {
  literals: {
    config: configOf(
      [
        ruleOf('agents', {
          target: ['headers[user-agent]'],
          op: 'phrases',
          value: ['sqlmap', 'nikto', 'Nmap Scripting'],
          ignore_case: true,
        }),
        ruleOf('path', { target: ['path'], op: 'glob', value: '/admin/*.php' }),
        ruleOf('method', { target: ['method'], op: 'in', value: ['TRACE', 'TRACK'] }),
        ruleOf('network', { target: ['client.ip'], op: 'ip_in', value: ['10.0.0.0/8', '::1'] }),
        scoring('many', { target: ['query.names'], op: 'exists', quantifier: { count: '>3' } }, 3),
        scoring('long', { target: ['query.*'], op: 'length', value: { gte: 20 } }, 2),
      ],
      { thresholds: { inbound: 5 } },
    ),
    requests: [
      { method: 'GET', uri: '/', headers: [['User-Agent', 'curl/8']] },
      { method: 'GET', uri: '/', headers: [['User-Agent', 'SQLMap/1.7']] },
      { method: 'GET', uri: '/admin/x.php?a=1' },
      { method: 'TRACK', uri: '/' },
      { method: 'GET', uri: '/', source_ip: '10.9.8.7' },
      { method: 'GET', uri: '/?a=1&b=2&c=3&d=4' },
      { method: 'GET', uri: '/?a=1&b=2&c=3&d=four-and-twenty-blackbirds' },
    ],
  },
  expressions: {
    config: configOf([
      ruleOf('union', {
        target: ['query.*', 'body.form.*', 'cookies.*'],
        transforms: ['url_decode_uni', 'lowercase'],
        op: 'regex',
        value: '\\bunion\\s+(?:all\\s+)?select\\b',
      }),
      ruleOf('wide', { target: ['query.*'], op: 'regex', value: 'x.{0,40}y.{0,40}z$' }),
      ruleOf('traversal', {
        target: ['path', 'query.*'],
        transforms: ['url_decode', 'normalize_path'],
        each_transform: true,
        op: 'regex',
        value: '(?:^|/)\\.\\./',
      }),
      ruleOf('odd', {
        target: ['query[id]'],
        first: true,
        op: 'regex',
        value: '^\\d+$',
        negate: true,
      }),
    ]),
    requests: [
      { method: 'GET', uri: '/?q=credit+union+selection&id=7' },
      { method: 'GET', uri: '/?q=1%2520UNION%2520ALL%2520SELECT%2520x' },
      { method: 'GET', uri: '/?q=x----y----z' },
      { method: 'GET', uri: '/?file=a/%2e%2e/..%2fb' },
      { method: 'GET', uri: '/?id=7&id=x' },
      { method: 'GET', uri: '/?id=x&id=7' },
      { method: 'GET', uri: '/', headers: [['Cookie', 'a=union select']] },
    ],
  },
  conditions: {
    config: configOf(
      [
        ruleOf('upload', {
          all: [
            { target: ['files.names'], transforms: ['lowercase'], op: 'ends_with', value: '.php' },
            { target: [], on: 'matched', op: 'starts_with', value: 'shell' },
          ],
        }),
        ruleOf('json', {
          target: ['body.json.*'],
          except: ['body.json./note'],
          op: 'contains',
          value: '<script',
        }),
        ruleOf(
          'either',
          {
            any: [
              { not: { target: ['headers[host]'], op: 'exists' } },
              { target: ['body.error'], op: 'exists' },
            ],
          },
          { mode: 'shadow' },
        ),
        ruleOf(
          'trusted',
          { target: ['ctx.partner'], op: 'equals', value: 'yes' },
          {
            action: { allow: { skip: { ids: ['json'] } } },
          },
        ),
      ],
      { on_budget: 'log' },
    ),
    requests: [
      {
        method: 'POST',
        uri: '/up',
        headers: [
          ['Content-Type', 'multipart/form-data; boundary=B'],
          ['Host', 'a'],
        ],
        body: UPLOAD,
      },
      {
        method: 'POST',
        uri: '/',
        headers: [
          ['Content-Type', 'application/json'],
          ['Host', 'a'],
        ],
        body: '{"a":["<script>"],"note":"<script>"}',
      },
      {
        method: 'POST',
        uri: '/',
        headers: [
          ['Content-Type', 'application/json'],
          ['Host', 'a'],
        ],
        body: '{"note":"<script>"}',
      },
      {
        method: 'POST',
        uri: '/',
        headers: [
          ['Content-Type', 'application/json'],
          ['Host', 'a'],
        ],
        facts: { 'ctx.partner': 'yes' },
        body: '{"a":"<script>"}',
      },
      { method: 'POST', uri: '/', headers: [['Content-Type', 'application/json']], body: '{"a":' },
    ],
  },
  responses: {
    config: configOf(
      [
        ruleOf('leak', {
          all: [
            { target: ['response.body'], op: 'regex', value: 'ORA-\\d{5}' },
            { not: { target: ['path'], op: 'starts_with', value: '/docs' } },
          ],
        }),
        scoring('broken', { target: ['response.status'], op: 'gte', value: 500 }, 3),
        scoring(
          'banner',
          { target: ['response.headers[x-powered-by]'], op: 'starts_with', value: 'PHP/5' },
          2,
        ),
        ruleOf('bare', { not: { target: ['response.headers.names'], op: 'exists' } }, LOGGED),
        ruleOf('uri', { target: ['uri'], op: 'contains', value: 'evil' }),
        ruleOf('arguments', { target: ['args.combined_size'], op: 'gt', value: 20 }, LOGGED),
        ruleOf('upload', { target: ['files.combined_size'], op: 'gte', value: 26 }),
      ],
      { thresholds: { inbound: 5 } },
    ),
    requests: [
      { method: 'GET', uri: '/evil' },
      { method: 'GET', uri: '/evil', response: { status: 200, headers: { server: 'x' } } },
      { method: 'GET', uri: '/?one=1234567890&two=12345678' },
      { method: 'GET', uri: '/?one=1234567890&two=1' },
      {
        method: 'POST',
        uri: '/up',
        headers: [['Content-Type', 'multipart/form-data; boundary=B']],
        body: UPLOAD,
      },
      {
        method: 'GET',
        uri: '/list',
        response: { status: 200, headers: [['Server', 'x']], body: 'ORA-00933: not ended' },
      },
      {
        method: 'GET',
        uri: '/docs/errors',
        response: { status: 200, headers: [['Server', 'x']], body: 'ORA-00933: not ended' },
      },
      {
        method: 'GET',
        uri: '/',
        response: { status: 503, headers: { 'X-Powered-By': 'PHP/5.6' } },
      },
      { method: 'GET', uri: '/', response: { status: 503, headers: [['X-Powered-By', 'PHP/8']] } },
      { method: 'GET', uri: '/', response: { status: 204 } },
    ],
  },
};

function scoring(id: string, when: Rule['when'], points: number): Rule {
  return ruleOf(id, when, { action: { score: {} }, score: { inbound: points } });
}

import { expect, test } from 'vitest';
import { encodeJsonContext } from '../../../src/engine/encode-json-context.ts';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import { type Instance, RecoveringInspector } from '../../../src/engine/recovering-inspector.ts';
import { RequestRecord } from '../../../src/engine/request-record.ts';
import { type RunningModule, RunningSet } from '../../../src/engine/running-set.ts';
import type { InspectionResponse, ResponseInspection } from '../../../src/engine/verdict.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { configOf, instanceOf, requestOf, ruleOf } from '../../reference/engine.ts';

const RESPONSE: InspectionResponse = {
  status: 500,
  headers: ['Server', 'old'],
  body: Buffer.from('a stack trace'),
};

function moduleOf(
  name: string,
  instance: Instance,
  inspects_response: ResponseInspection,
): RunningModule {
  return {
    ...{ name, revision: 'v1', semver: '1.0.0', digest: '', size: 0, order: 0, loadedAt: 0 },
    ...{ foreign: false, manifest: null, signature: { state: 'unsigned' } },
    inspects_response,
    inspector: new RecoveringInspector(() => instance, instance),
  };
}

const contains = (id: string, target: string, value: string, rest: Partial<Rule> = {}) =>
  ruleOf(id, { target: [target], op: 'contains', value }, rest);

test('phases - a request is judged by the rules for requests, its response by those for responses', () => {
  const instance = instanceOf(
    configOf(
      [
        contains('uri', 'uri', 'evil', { score: { inbound: 3 } }),
        contains('trace', 'response.body', 'stack', { score: { inbound: 3 } }),
      ],
      { thresholds: { inbound: 6 } },
    ),
  );
  const request = requestOf({ uri: '/evil' });
  expect(instance.inspect(request)).toBe(1);
  expect(instance.explain()).toMatchObject({ rule: 'uri', score: { inbound: 3 } });
  expect(instance.inspect({ ...request, response: RESPONSE })).toBe(1);
  expect(instance.explain()).toMatchObject({
    rule: 'trace',
    score: { inbound: 3 },
    matches: [{ rule: 'trace', target: 'response.body' }],
  });
  expect(instance.inspect({ ...request, response: { ...RESPONSE, body: null } })).toBe(0);
});

test('phases - rules of both that ask the same of a request do not disturb each other', () => {
  const method = { target: ['method'], op: 'equals', value: 'GET' } as const;
  const gone = { target: ['response.status'], op: 'equals', value: '410' } as const;
  const instance = instanceOf(
    configOf([
      ruleOf('get', method),
      ruleOf('gone', { all: [method, gone] }),
      ruleOf('kept', { all: [method, { not: gone }] }, { action: { log: {} } }),
    ]),
  );
  const matches = () => instance.explain().matches.map(({ rule }) => rule);
  instance.inspect(requestOf());
  expect(matches()).toEqual(['get']);
  instance.inspect(requestOf({ response: { ...RESPONSE, status: 410 } }));
  expect(matches()).toEqual(['gone']);
  instance.inspect(requestOf({ response: RESPONSE }));
  expect(matches()).toEqual(['kept']);
});

test('no rules for responses - everything is allowed, at the cost of reading the record', () => {
  const instance = instanceOf(configOf([ruleOf('all', { target: ['uri'], op: 'exists' })]));
  expect(instance.inspect(requestOf())).toBe(1);
  const request = requestOf({ response: RESPONSE });
  expect(instance.inspect(request)).toBe(0);
  expect(instance.matchCount).toBe(0);
  const length = new RequestRecord(new ArrayBuffer(1 << 18)).write(request);
  expect(instance.steps).toBeLessThan(length + 20);
});

test('record - a response too large to be told with its request is unreadable, a long body is cut', () => {
  const instance = instanceOf(configOf([contains('body', 'response.body', 'x')]));
  const long = 'v'.repeat(200_000);
  instance.inspect(requestOf({ uri: `/${long}`, response: { ...RESPONSE, headers: ['a', long] } }));
  expect(instance.unreadable).toBe(true);
  const body = Buffer.alloc(100_000, 0x61);
  instance.inspect(requestOf({ uri: `/${long}`, response: { ...RESPONSE, body } }));
  expect([instance.unreadable, instance.truncated]).toEqual([false, true]);
});

test('set - a response is shown to the modules that have rules for it, and to no other', () => {
  const ours = instanceOf(configOf([contains('trace', 'response.body', 'stack')]));
  const blind = instanceOf(configOf([ruleOf('all', { target: ['uri'], op: 'exists' })]));
  const set = new RunningSet(1, [moduleOf('blind', blind, 'none'), moduleOf('ours', ours, 'body')]);
  expect(set.inspects_response).toBe('body');
  expect(inspectWithSet(set, requestOf())).toMatchObject({ action: 1, module: { name: 'blind' } });
  const verdict = inspectWithSet(set, requestOf({ response: RESPONSE }));
  expect(verdict).toMatchObject({ action: 1, module: { name: 'ours' }, failure: null });
  expect(set.modules.map(({ inspector }) => inspector.counters.requests)).toEqual([1, 2]);
  expect(new RunningSet(1, [moduleOf('a', ours, 'headers')]).inspects_response).toBe('headers');
  expect(new RunningSet(1, []).inspects_response).toBe('none');
});

test('JSON - a response stands in place of the body of the request', () => {
  const request = requestOf({ body: Buffer.from('sent'), response: RESPONSE });
  expect(JSON.parse(Buffer.from(encodeJsonContext(request, 7)).toString())).toEqual({
    method: 'GET',
    uri: '/',
    version: 'HTTP/1.1',
    source_ip: '192.0.2.7',
    headers: [],
    response: { status: 500, headers: [['Server', 'old']], body: 'a stack' },
  });
});

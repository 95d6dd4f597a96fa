import { describe, expect, test } from 'vitest';
import { ATTACK_FAMILIES } from '../../bench/workload/attack-templates.ts';
import { drawCases } from '../../bench/workload/corpora.ts';
import { parseRequest } from '../../bench/workload/parsed-request.ts';
import { createWorkload, wireBytes } from '../../bench/workload/workload.ts';

const workload = createWorkload(1);
const requests = workload.map(({ request }) => request);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('workload', () => {
  test('workload - the same seed makes the same requests, another seed makes others', () => {
    expect(createWorkload(1)).toEqual(workload);
    const others = new Set(createWorkload(2).map(({ request }) => JSON.stringify(request)));
    const repeated = requests.filter((request) => others.has(JSON.stringify(request)));
    expect(repeated).toEqual([]);
  });

  test('workload - user agents come back from round to round, session ids do not', () => {
    const valuesOf = (seed: number, header: string) =>
      new Set(
        createWorkload(seed).flatMap(({ request: { headers } }) =>
          headers.filter((_, i) => i % 2 === 1 && headers[i - 1] === header),
        ),
      );
    const shared = (header: string) => {
      const second = valuesOf(4, header);
      const first = [...valuesOf(3, header)];
      return first.filter((value) => second.has(value)).length / first.length;
    };
    expect(shared('user-agent')).toBeGreaterThan(0.6);
    expect(shared('cookie')).toBe(0);
  });

  test('workload - every tenth request is an attack, of every family', () => {
    const attacks = workload.filter(({ attack }) => attack);
    expect(attacks).toHaveLength(200);
    const families = new Set(attacks.map(({ family }) => family));
    expect([...families].sort()).toEqual(ATTACK_FAMILIES.map(({ name }) => name).sort());
  });

  test('workload - attacks are made of at least sixty templates, all different', () => {
    const templates = ATTACK_FAMILIES.flatMap((family) => family.templates);
    expect(templates.length).toBeGreaterThanOrEqual(60);
    expect(new Set(templates).size).toBe(templates.length);
  });

  test('workload - benign requests have the stated shares', () => {
    const benign = workload.filter(({ attack }) => !attack);
    const share = (kind: string) => benign.filter(({ family }) => family === kind).length / 1800;
    expect(share('page')).toBeCloseTo(0.45, 1);
    expect(share('api-get')).toBeCloseTo(0.25, 1);
    expect(share('json-post')).toBeCloseTo(0.18, 1);
    expect(share('form-post')).toBeCloseTo(0.12, 1);
  });

  test('workload - sizes are those of real traffic', () => {
    expect(mean(requests.map(wireBytes))).toBeGreaterThan(700);
    expect(mean(requests.map(wireBytes))).toBeLessThan(1_000);
    const headers = mean(requests.map((request) => request.headers.length / 2));
    expect(headers).toBeGreaterThan(8);
    expect(headers).toBeLessThan(12);
    expect(Math.max(...requests.map(({ body }) => body?.length ?? 0))).toBeLessThan(3_000);
  });

  test('workload - requests are what an HTTP parser lets through', () => {
    const faulty = requests.filter(
      ({ uri, headers }) =>
        /[^!-~]/.test(uri) ||
        headers.some((text) => /[\r\n\0]/.test(text) || /[^\0-\xff]/.test(text)),
    );
    expect(faulty).toEqual([]);
  });
});

describe('parsed request', () => {
  test('parsed request - query, cookies, form and JSON are split and decoded', () => {
    const base = { method: 'POST', version: 'HTTP/1.1', sourceIp: '1.2.3.4', now: 0 };
    const form = parseRequest({
      ...base,
      uri: '/a?b=c%20d&b=e&__proto__=x',
      headers: ['Cookie', 's=1%2B1; t=2', 'content-type', 'application/x-www-form-urlencoded'],
      body: Buffer.from('x=%3Cy%3E+z'),
    });
    expect(form['server.request.query']).toMatchObject({ b: ['c d', 'e'] });
    expect(form['server.request.cookies']).toEqual({ s: ['1+1'], t: ['2'] });
    expect(form['server.request.body']).toEqual({ x: ['<y> z'] });
    expect(Object.keys(form['server.request.headers.no_cookies'])).toEqual(['content-type']);
    const json = parseRequest({
      ...base,
      uri: '/',
      headers: ['content-type', 'application/json'],
      body: Buffer.from('{"a":[1]}'),
    });
    expect(json['server.request.body']).toEqual({ a: [1] });
    expect(json['server.request.query']).toBeUndefined();
  });
});

describe('corpora', () => {
  test('corpora - a draw is half attacks and the same for the same seed', () => {
    const drawn = drawCases(workload, 9, 100);
    expect(drawn.filter(({ attack }) => attack)).toHaveLength(50);
    expect(drawCases(workload, 9, 100)).toEqual(drawn);
    expect(drawCases(workload, 10, 100)).not.toEqual(drawn);
  });
});

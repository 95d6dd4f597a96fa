import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { collectFields } from '../../reference/collect-values.ts';
import { splitRequests } from '../../reference/request-generators.ts';
import { RequestReader } from '../../reference/request-reader.ts';

const reader = new RequestReader();

/** What the reference finds, in the form of what the engine says. */
function expected(request: InspectionRequest) {
  const { fields, isTruncated } = collectFields(request);
  return { fields: fields.map(({ isNamed: _, ...field }) => field), isTruncated };
}

test('fields - equal those of the reference for random requests', () => {
  const families = new Map<string, number>();
  fc.assert(
    fc.property(splitRequests, (request) => {
      const { fields, isTruncated } = reader.read(request);
      expect({ fields, isTruncated }).toEqual(expected(request));
      for (const { family } of fields) families.set(family, (families.get(family) ?? 0) + 1);
    }),
    { numRuns: 5000 },
  );
  expect(families.size).toBe(26);
  for (const [family, count] of families) expect([family, count > 30]).toEqual([family, true]);
});

test('encodings - a JSON RequestContext and a flat record are read alike', () => {
  const pairs = (flat: readonly string[]) =>
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const);
  fc.assert(
    fc.property(splitRequests, (request) => {
      const { method, uri, version, sourceIp, headers, facts = [], body, response } = request;
      const text = Buffer.from(body ?? '').toString('latin1');
      const answer = response && {
        ...response,
        headers: pairs(response.headers),
        body: response.body?.toString() ?? null,
      };
      fc.pre(!/[^\0-~]/.test([uri, text, ...headers, JSON.stringify(answer)].join('')));
      const json = {
        method,
        uri,
        version,
        source_ip: sourceIp,
        headers: pairs(headers),
        facts: Object.fromEntries(pairs(facts)),
        body: text,
        response: answer,
      };
      const { fields } = reader.readBytes(Buffer.from(JSON.stringify(json)))!;
      expect(fields).toEqual(reader.read(request).fields);
    }),
    { numRuns: 1000 },
  );
});

test('records - a mutated one is read or refused, never trapped on, within the steps of its length', () => {
  const place = fc.oneof(fc.nat(71), fc.nat(300));
  const mutations = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 4 });
  let refused = 0;
  fc.assert(
    fc.property(splitRequests, mutations, (request, changes) => {
      const record = reader.encode(request);
      for (const [at, byte] of changes) if (at > 1 && at < record.length) record[at] = byte;
      const reading = reader.readBytes(record);
      if (reading === null) refused += 1;
      else
        expect(reading.steps).toBeLessThanOrEqual(7 * record.length + 258 * reading.fields.length);
    }),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

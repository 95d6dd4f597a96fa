import { expect, test } from 'vitest';
import { AttackSamples } from '../../../../src/generator/online/attack-samples.ts';
import { BenignReservoir } from '../../../../src/generator/online/benign-reservoir.ts';
import { observation, START } from '../suspicion/traffic.ts';

test('benign reservoir - holds its capacity, gives every route a share and every request a fair chance', () => {
  const reservoir = new BenignReservoir(100, 1);
  const places: string[] = [];
  const offer = (uri: string) => {
    const change = reservoir.offer(observation(uri).recorded);
    if (change !== null) places[change.place] = change.request.request.uri;
  };
  for (let at = 0; at < 5_000; at++) offer(`/busy?n=${at}`);
  for (let at = 0; at < 200; at++) offer(`/rare?n=${at}`);
  expect([reservoir.size, places.length]).toEqual([100, 100]);
  const busy = places.filter((uri) => uri.startsWith('/busy'));
  expect(busy.length).toBeGreaterThanOrEqual(40);
  expect(busy.length).toBeLessThanOrEqual(60);
  const late = busy.filter((uri) => Number(uri.split('=')[1]) >= 2_500).length;
  expect(late / busy.length).toBeGreaterThan(0.25);
  expect(late / busy.length).toBeLessThan(0.75);
});

test('benign reservoir - a flood of a route cannot wash out the others, and the seed decides', () => {
  const filled = (seed: number) => {
    const reservoir = new BenignReservoir(60, seed);
    const places: string[] = [];
    for (let at = 0; at < 3_000; at++) {
      const uri = at < 90 ? `/r${'abc'[at % 3]}?n=${at}` : `/ra?n=${at}`;
      const change = reservoir.offer(observation(uri).recorded);
      if (change !== null) places[change.place] = uri;
    }
    return places;
  };
  for (const route of ['/rb', '/rc']) {
    expect(filled(3).filter((uri) => uri.startsWith(route)).length).toBeGreaterThanOrEqual(18);
  }
  expect(filled(3)).toEqual(filled(3));
  expect(filled(3)).not.toEqual(filled(4));
});

test('attack samples - are enough only with enough sources, and no source gives more than 20', () => {
  const samples = new AttackSamples();
  const least = { samples: 8, sources: 3 };
  for (let at = 0; at < 100; at++)
    samples.add(observation('/x', { source: '203.0.113.1' }).recorded, START);
  samples.add(observation('/x', { source: '203.0.113.2' }).recorded, START);
  expect(samples.take(START, least)).toBeNull();
  samples.add(observation('/x', { source: '203.0.113.3' }).recorded, START);
  expect(samples.take(START, least)).toHaveLength(22);
  expect(samples.take(START, least)).toBeNull();
  samples.again();
  expect(samples.take(START, least)).toHaveLength(22);
});

test('attack samples - are at most 2,000 and six hours old, but what a person labelled stays', () => {
  const samples = new AttackSamples();
  for (let at = 0; at < 2_500; at++) {
    samples.add(observation('/x', { source: `s${at}` }).recorded, START, at === 2_499);
  }
  expect(samples.size).toBe(2_000);
  samples.add(observation('/y').recorded, START + 7 * 3_600_000);
  expect(samples.take(START + 7 * 3_600_000, { samples: 1, sources: 1 })).toHaveLength(2);
});

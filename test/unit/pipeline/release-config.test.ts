import { describe, expect, it } from 'vitest';
import {
  compareRules,
  digestRules,
  packConfig,
  unpackConfig,
} from '../../../src/pipeline/release-config.ts';
import { uriRule } from './memory-book.ts';
import { config } from './real-parts.ts';

describe('release config', () => {
  it('release config - packing is repeatable and loses nothing', () => {
    const packed = packConfig(config([uriRule('a')]));
    expect(packConfig(config([uriRule('a')])).digest).toBe(packed.digest);
    expect(unpackConfig(packed.bytes)).toEqual(config([uriRule('a')]));
  });

  it('release config - rules are compared by content', () => {
    const before = digestRules([uriRule('a'), uriRule('b'), uriRule('c')]);
    const after = digestRules([uriRule('b'), uriRule('c', '/other'), uriRule('d')]);
    expect(compareRules(before, after)).toEqual({
      total: 3,
      added: ['d'],
      changed: ['c'],
      removed: ['a'],
    });
  });
});

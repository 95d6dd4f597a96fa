import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentDigest } from '../../../src/artifact/content-digest.ts';
import { findRules } from '../../../src/artifact/find-rules.ts';
import type { Manifest, ManifestRule } from '../../../src/artifact/manifest.ts';
import { runAtOnce } from '../../../src/artifact/pieces.ts';
import { readManifest } from '../../../src/artifact/read-manifest.ts';
import { canonicalJson } from '../../../src/config/canonical-json.ts';
import { plainArtifact } from '../../wasm-fixtures/artifacts.ts';

const { manifest } = plainArtifact();
const read = (text: string) => runAtOnce(readManifest(Buffer.from(text), 7));
const rule = (id: string, pattern = 'uri contains x'): ManifestRule => ({
  id,
  mode: 'enforce',
  action: { block: { status: 403 } },
  pattern,
});
const many = Array.from({ length: 2000 }, (_, i) => rule(`r${i}`, `a "quoted" \\ [{,]} é ${i}`));

const spellings: [string, (manifest: Manifest) => string][] = [
  ['canonical', canonicalJson],
  ['unsorted', (value) => JSON.stringify(value)],
  ['indented', (value) => JSON.stringify(value, null, '\t')],
  ['with an escaped key', (value) => JSON.stringify(value).replace('"rules"', '"\\u0072ules"')],
];

test.each(spellings)('manifest - is read whole, however it is spelled: %s', (_, spell) => {
  for (const rules of [[], [rule('one')], many]) {
    const value = { ...manifest, rules };
    expect(read(spell(value))).toEqual({ manifest: value, contentDigest: contentDigest(value) });
  }
});

test('manifest - the table of spellings is complete', () => {
  expect(spellings).toHaveLength(4);
});

/** So long that the text is taken apart behind it. */
const long: ManifestRule = {
  ...rule('long'),
  tags: Array.from({ length: 8 }, () => 'x'.repeat(2000)),
};
const longText = canonicalJson({ ...manifest, rules: [long] });
const text = canonicalJson({ ...manifest, rules: many });
const refusals: [string, string, string][] = [
  ['a cut-off text', text.slice(0, -1), 'manifest is not JSON'],
  ['nothing between two commas', text.replace('},{"action"', '},,{"action"'), 'is not JSON'],
  ['a comma behind the last rule', text.replace('}],"semver"', '},],"semver"'), 'is not JSON'],
  ['a comma before the first rule', text.replace('"rules":[', '"rules":[,'), 'is not JSON'],
  [
    'nothing behind a comma at a cut',
    longText.replace('}],"semver"', '},],"semver"'),
    'is not JSON',
  ],
  ['mixed brackets', text.replace('}],"semver"', ']},"semver"'), 'is not JSON'],
  ['a wrong rule', text.replace('"id":"r1234"', '"id":1234'), 'manifest/rules/1234/id must be'],
  [
    'rules that are no array',
    text.replace(/"rules":\[.*\],"semver"/, '"rules":{},"semver"'),
    'manifest/rules must be an array',
  ],
  [
    'rules twice',
    text.replace('"semver"', '"rules":5,"semver"'),
    'manifest/rules must be an array',
  ],
  ['text behind the manifest', `${text}[]`, 'manifest is not JSON'],
];

test.each(refusals)('manifest - refuses %s', (_, wrong, message) => {
  expect(wrong).not.toBe(text);
  expect(() => read(wrong)).toThrow(
    expect.objectContaining({
      code: 'WAF_ERR_ARTIFACT_MANIFEST',
      message: expect.stringContaining(message),
    }),
  );
});

test('manifest - the table of refusals is complete', () => {
  expect(refusals).toHaveLength(10);
});

test('manifest - bytes that are not UTF-8 are refused, wherever they are', () => {
  for (const id of ['r0', 'r1999']) {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf(`"${id}"`) + 1] = 0xff;
    expect(() => runAtOnce(readManifest(bytes, 7))).toThrow('manifest is not JSON');
  }
});

test('manifest - too many rules are refused', () => {
  const rules = Array.from({ length: 10_001 }, (_, i) => rule(`r${i}`));
  expect(() => read(canonicalJson({ ...manifest, rules }))).toThrow('at most 10000 elements');
});

const values = fc.jsonValue({ depthSize: 'small' });
const objects = fc.dictionary(
  fc.constantFrom('a', 'rules', 'z', '"'),
  fc.oneof(values, fc.array(values)),
);

test('manifest - the rules are found where a parser finds them', () => {
  let found = 0;
  fc.assert(
    fc.property(objects, fc.nat(2), (value, indent) => {
      const json = JSON.stringify(value, null, indent);
      const span = runAtOnce(findRules(Buffer.from(json)));
      if (span === null) return;
      found++;
      const bytes = Buffer.from(json);
      const rules = bytes.subarray(span.start, span.end + 1).toString();
      expect(JSON.parse(rules)).toEqual(JSON.parse(json).rules);
    }),
    { numRuns: 1000 },
  );
  expect(found).toBeGreaterThan(50);
});

test('manifest - damaged text is read as JSON.parse reads it, or refused', () => {
  const small = canonicalJson({ ...manifest, rules: many.slice(0, 120) });
  fc.assert(
    fc.property(fc.nat(small.length - 1), fc.constantFrom(...'[]{},:"\\x 1'), (at, character) => {
      const damaged = small.slice(0, at) + character + small.slice(at + 1);
      let parsed: unknown;
      try {
        parsed = JSON.parse(damaged);
      } catch {
        expect(() => read(damaged)).toThrow('manifest');
        return;
      }
      try {
        expect(read(damaged).manifest).toEqual(parsed);
      } catch (error) {
        expect((error as Error).message).toMatch(/^Invalid WASM module: manifest/);
      }
    }),
    { numRuns: 600 },
  );
});

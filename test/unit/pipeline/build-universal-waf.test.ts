import { describe, expect, it } from 'vitest';
import { readArtifact } from '../../../src/artifact/read-artifact.ts';
import { verifySignature } from '../../../src/artifact/signature.ts';
import { trustOf } from '../../../src/artifact/signing-key.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { uriRule } from './memory-book.ts';
import { build, parts, signingKey } from './real-parts.ts';

describe('buildUniversalWaf', () => {
  it('build - an artifact says what it is made of, and is signed', () => {
    const artifact = readArtifact(build([uriRule('b'), uriRule('a')]).bytes);
    if (artifact.kind !== 'secbeat') throw new Error('not an artifact of ours');
    expect(verifySignature(artifact, trustOf(signingKey)).state).toBe('trusted');
    expect(artifact.manifest).toMatchObject({
      name: 'universal-waf',
      revision: 'v7',
      semver: '1.0.7',
      rules: [
        { id: 'b', pattern: '/b', mode: 'enforce', source: 'dynamic' },
        { id: 'a', pattern: '/a', mode: 'enforce' },
      ],
    });
  });

  it('build - the same parts give the same bytes, another revision the same behaviour', () => {
    const rules = [uriRule('a'), uriRule('off', '/off', { mode: 'off' })];
    const [one, two, other] = [build(rules), build(rules), build(rules, 'v8')];
    expect(two.digest).toBe(one.digest);
    expect(other.digest).not.toBe(one.digest);
    expect(other.manifest.content_digest).toBe(one.manifest.content_digest);
    expect(one.manifest.rules).toHaveLength(1);
  });

  it('build - the manifest says what the rules look at in responses', () => {
    const rule = (id: string, target: string, mode: Rule['mode'] = 'enforce') =>
      uriRule(id, '', { when: { target: [target], op: 'contains', value: 'x' }, mode });
    const answers = (rules: readonly Rule[]) => build(rules).manifest.inspects_response;
    expect(answers([uriRule('a')])).toBe('none');
    expect(answers([uriRule('a'), rule('b', 'response.status')])).toBe('headers');
    expect(answers([rule('b', 'response.headers.names', 'shadow')])).toBe('headers');
    expect(answers([rule('b', 'response.headers[x]'), rule('c', 'response.body')])).toBe('body');
    expect(answers([rule('c', 'response.body', 'off')])).toBe('none');
  });

  it('build - what does not compile comes back with its place and rule', () => {
    const bad = uriRule('bad', '', {
      when: { target: ['uri'], op: 'regex', value: '(?=x)' },
    });
    const built = buildUniversalWaf(parts([uriRule('a'), bad]));
    expect(built).toMatchObject({ ok: false, diagnostics: [{ rule_id: 'bad' }] });
    expect(!built.ok && built.diagnostics[0]?.pointer).toMatch(/^\/rules\/1\/when/);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { CompileThread } from '../../../src/pipeline/compile-thread.ts';
import { createCompileThread } from '../../../src/pipeline/compile-thread.ts';
import { silentLog } from './memory-pipeline.ts';

const threads: CompileThread[] = [];
afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.close())));

describe('compile thread', () => {
  it('compile thread - answers belong to their requests', async () => {
    const thread = stubThread();
    const revisions = Array.from({ length: 50 }, (_, index) => `v${index}`);
    const answers = await Promise.all(revisions.map((revision) => thread.build(job(revision))));
    expect(answers.map((answer) => !answer.ok && answer.diagnostics[0])).toEqual(revisions);
    expect(await thread.check(job('').config)).toEqual([]);
  });

  it('compile thread - an error in the thread is an error of that request alone', async () => {
    const thread = stubThread();
    const [bad, good] = await Promise.allSettled([
      thread.build(job('error')),
      thread.build(job('v1')),
    ]);
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { code: 'WAF_ERR_BUILD_FAILED', message: 'compiling failed: out of luck' },
    });
    expect(good.status).toBe('fulfilled');
  });

  for (const death of ['die', 'throw']) {
    it(`compile thread - after the thread ${death}s what it had is rejected and the next works`, async () => {
      const thread = stubThread();
      const lost = await Promise.allSettled([thread.build(job(death)), thread.build(job('v1'))]);
      expect(lost).toMatchObject([
        { status: 'rejected', reason: { code: 'WAF_ERR_BUILD_FAILED', kind: 'busy' } },
        { status: 'rejected', reason: { code: 'WAF_ERR_BUILD_FAILED' } },
      ]);
      expect(await thread.build(job('v2'))).toMatchObject({ diagnostics: ['v2'] });
    });
  }

  it('compile thread - one that hangs is ended after the time limit', async () => {
    const thread = stubThread(90);
    await expect(thread.build(job('hang'))).rejects.toMatchObject({
      code: 'WAF_ERR_BUILD_TIMEOUT',
      kind: 'timeout',
      message: 'compiling took longer than 0.09 s',
    });
  });

  it('compile thread - closing rejects what is under way', async () => {
    const thread = stubThread();
    const under = thread.build(job('hang'));
    await Promise.all([expect(under).rejects.toThrow('closing'), thread.close()]);
  });
});

function stubThread(timeoutMs = 10_000): CompileThread {
  const thread = createCompileThread({
    signingKey: null,
    log: silentLog,
    timeoutMs,
    entry: new URL('./stub-thread.mjs', import.meta.url),
  });
  threads.push(thread);
  return thread;
}

function job(revision: string) {
  return {
    config: { version: 1, thresholds: {}, on_budget: 'block', max_steps: 1, rules: [] } as const,
    sources: new Map(),
    revision,
    semver: '1.0.0',
    createdAt: '2026-01-01T00:00:00Z',
  };
}

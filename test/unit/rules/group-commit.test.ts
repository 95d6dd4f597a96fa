import { expect, test } from 'vitest';
import { createGroupCommit, StoreConflict } from '../../../src/rules/group-commit.ts';
import type { RuleDraft } from '../../../src/rules/rule-draft.ts';
import { MemoryStore } from './memory-store.ts';
import { accepted, HTTP, openBook, refusal, shortRule } from './open-book.ts';

const count = (draft: RuleDraft) => {
  draft.revisions = { ...draft.revisions, last: draft.revisions.last + 1 };
  return { changed: true, value: draft.revisions.last };
};

test('group commit - 1,000 rules posted 50 at a time are all stored, in few writes and trials', async () => {
  const { book, store, world } = await openBook({ max_active_rules: 1000 });
  let next = 0;
  const client = async () => {
    while (next < 1000) accepted(await book.submit(shortRule(`r${next++}`), HTTP));
  };
  await Promise.all(Array.from({ length: 50 }, client));
  expect(store.document()?.rules).toHaveLength(1000);
  expect((await book.merged(world.now)).config.rules).toHaveLength(1000);
  expect(store.writes).toBeLessThanOrEqual(100);
  expect(world.tried.length).toBeLessThanOrEqual(100);
  expect(store.conflicts).toBe(0);
});

test('group commit - each of many submissions is accepted or refused for itself', async () => {
  const { book, world } = await openBook();
  world.bad.add('r3');
  const texts = [0, 1, 2, 3, 4].map((n) => shortRule(`r${n}`));
  const answers = await Promise.all(
    [...texts, texts[1]!, '{"id":', shortRule('x', { field: 'URL' })].map((text) =>
      book.submit(text, HTTP),
    ),
  );
  expect(answers.map(({ ok }) => ok)).toEqual([
    ...[true, true, true, false, true],
    ...[false, false, false],
  ]);
  expect(refusal(answers[3]!)).toEqual(['invalid', 'WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED']);
  expect(refusal(answers[5]!)).toEqual(['conflict', 'WAF_ERR_RULE_ID_DUPLICATE']);
  expect((await book.list()).map(({ rule }) => rule.id)).toEqual(['r0', 'r1', 'r2', 'r4']);
});

test('group commit - the limit is exact when many submissions meet', async () => {
  const { book } = await openBook({ max_active_rules: 10 });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, n) => book.submit(shortRule(`r${n}`), HTTP)),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
  expect(await book.list()).toHaveLength(10);
});

test('group commit - two orchestrators on one document lose nothing', async () => {
  const store = new MemoryStore();
  const books = await Promise.all([openBook({}, store), openBook({}, store)]);
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, n) => books[n % 2]!.book.submit(shortRule(`r${n}`), HTTP)),
  );
  expect(answers.map((answer) => accepted(answer).ids[0])).toHaveLength(60);
  expect(store.document()?.rules).toHaveLength(60);
  expect(store.conflicts).toBeGreaterThan(0);
  await Promise.all(books.map(({ book }) => book.close()));
});

test('group commit - an id that two orchestrators are given is accepted once', async () => {
  const store = new MemoryStore();
  const books = await Promise.all([openBook({}, store), openBook({}, store)]);
  const answers = await Promise.all(books.map(({ book }) => book.submit(shortRule('same'), HTTP)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
});

test('group commit - what another process wrote is seen', async () => {
  const store = new MemoryStore();
  const [ours, theirs] = await Promise.all([openBook({}, store), openBook({}, store)]);
  accepted(await theirs.book.submit(shortRule('a'), HTTP));
  await new Promise((resolve) => setImmediate(resolve));
  expect((await ours.book.get('a'))?.state).toBe('active');
  await ours.book.close();
  await theirs.book.close();
});

test('group commit - an operation that throws fails alone and leaves no trace', async () => {
  const store = new MemoryStore();
  const commits = await createGroupCommit(store, () => 0);
  const results = await Promise.allSettled([
    commits.commit(count),
    commits.commit((draft) => {
      count(draft);
      throw new Error('bug');
    }),
    commits.commit(count),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(store.document()?.revisions.last).toBe(2);
});

test('group commit - gives up when other writers are always faster', async () => {
  const store = new MemoryStore();
  const commits = await createGroupCommit(store, () => 0);
  store.write = async () => 'conflict';
  await expect(commits.commit(count)).rejects.toThrow(StoreConflict);
});

test('group commit - nothing is written when nothing changes', async () => {
  const store = new MemoryStore();
  const commits = await createGroupCommit(store, () => 0);
  expect(await commits.commit(() => ({ changed: false, value: 'seen' }))).toBe('seen');
  expect(store.writes).toBe(0);
});

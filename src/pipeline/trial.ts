import type { Trial } from '../rules/rule-book.ts';
import type { CompileThread } from './compile-thread.ts';

/** The rule book's trial: rules are compiled and their examples run where releases are built. */
export function createTrial(thread: Pick<CompileThread, 'check'>): Trial {
  return { check: (config) => thread.check(config) };
}

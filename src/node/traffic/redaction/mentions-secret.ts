import type { IsSecret } from './secret-names.ts';

/** Whether any word of a text, in whatever syntax, is the name of a secret. */
export function mentionsSecret(text: string, isSecret: IsSecret): boolean {
  for (const [word] of text.matchAll(/[A-Za-z0-9_-]+/g)) {
    if (isSecret(word)) return true;
  }
  return false;
}

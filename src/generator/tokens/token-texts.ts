import type { PreparedRequest } from '../learn/prepared-request.ts';

const texts = new WeakMap<PreparedRequest, readonly string[]>();

/** The values in which tokens are looked for: every run of digits is one `0`. */
export function tokenTexts(request: PreparedRequest): readonly string[] {
  let list = texts.get(request);
  if (list === undefined) {
    list = request.texts('plain').map(foldDigits);
    texts.set(request, list);
  }
  return list;
}

export function foldDigits(text: string): string {
  return text.replace(/\d+/g, '0');
}

/** The expression of a token: its characters, and any number where it has a `0`. */
export function tokenPattern(token: string): string {
  return token.replace(/0|[^a-z0-9 _]/g, (character) => {
    if (character === '0') return '\\d+';
    const code = character.charCodeAt(0);
    if (code < 0x20 || code > 0x7e) return `\\x${code.toString(16).padStart(2, '0')}`;
    return /[\\^$.|?*+()[\]{}/-]/.test(character) ? `\\${character}` : character;
  });
}

/** A pattern of SecLang as a regular expression of JavaScript; null when it is none there. */
export function toPattern(text: string, flags = ''): RegExp | null {
  try {
    return new RegExp(text, flags);
  } catch {
    return null;
  }
}

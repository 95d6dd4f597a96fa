import { closestWord } from '../config/closest-word.ts';

/** `Did you mean "block"?`, or the whole list when nothing is near. */
export function suggestion(written: string, known: readonly string[]): string {
  const word = closestWord(written, known);
  return word === undefined
    ? `One of: ${known.slice(0, 40).join(', ')}.`
    : `Did you mean ${JSON.stringify(word)}?`;
}

/** Text, or the place of a value that is known only while a request is judged. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'macro'; readonly collection: string; readonly key: string };

/** `|%{tx.1}|` in parts; collection and key are in small letters. Adjacent text is one part. */
export function parseMacros(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(/%\{(\w+)(?:[.:]([^}]*))?\}/g)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({
      kind: 'macro',
      collection: match[1]!.toLowerCase(),
      key: (match[2] ?? '').toLowerCase(),
    });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

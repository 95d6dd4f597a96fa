import type { IsSecret } from './secret-names.ts';

const BLANK_LINE = /\r?\n\r?\n/;
const FIELD = /(?:^|[;\s])name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i;

/** A multipart body with the contents of secret fields emptied; null when it has no boundary to go by. */
export function redactParts(
  text: string,
  contentType: string,
  isSecret: IsSecret,
  found: (name: string) => void,
): string | null {
  const match = /boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return null;
  const parts = text.split(`--${boundary}`);
  return parts.map((part) => redactPart(part, isSecret, found)).join(`--${boundary}`);
}

function redactPart(part: string, isSecret: IsSecret, found: (name: string) => void): string {
  const blank = BLANK_LINE.exec(part);
  if (blank === null) return part;
  const head = part.slice(0, blank.index);
  const field = FIELD.exec(head);
  const name = field?.[1] ?? field?.[2];
  if (name === undefined || !isSecret(name)) return part;
  found(name);
  return `${head}${blank[0]}\r\n`;
}

import type { IsSecret } from './secret-names.ts';

/**
 * JSON with the values of secret members emptied: texts become `""`, all else `null`. Works on the
 * beginning of a document as well, and on what is almost JSON: it looks for names and their values, and
 * never gives up. Linear.
 */
export function redactJson(
  text: string,
  isSecret: IsSecret,
  found: (name: string) => void,
): string {
  let kept = '';
  let from = 0;
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') {
      at += 1;
      continue;
    }
    const end = endOfString(text, at);
    const colon = skipSpace(text, end);
    if (text[colon] !== ':') {
      at = end;
      continue;
    }
    const name = unquote(text.slice(at, end));
    at = skipSpace(text, colon + 1);
    if (!isSecret(name) || at >= text.length) continue;
    found(name);
    kept += text.slice(from, at) + (text[at] === '"' ? '""' : 'null');
    at = endOfValue(text, at);
    from = at;
  }
  return kept + text.slice(from);
}

/** Index after the closing quote; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at) - 1;
      if (depth === 0) return at + 1;
    } else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && char === ',') return at;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

import { mentionsSecret } from './mentions-secret.ts';
import type { IsSecret } from './secret-names.ts';

/**
 * `a=1&password=x` → `a=1&password=`. Both `&` and `;` separate, since servers differ. A value that is
 * JSON itself is emptied whole when it mentions a secret. `found` is told the names that were emptied.
 */
export function redactForm(
  text: string,
  isSecret: IsSecret,
  found: (name: string) => void,
): string {
  return text.replace(/[^&;]+/g, (pair) => {
    const equals = pair.indexOf('=');
    if (equals < 0 || equals === pair.length - 1) return pair;
    const name = decode(pair.slice(0, equals));
    const emptied = isSecret(name) || holdsSecret(decode(pair.slice(equals + 1)), isSecret);
    if (!emptied) return pair;
    found(name);
    return pair.slice(0, equals + 1);
  });
}

/** The same for what follows the first `?` of a URL or a request target. */
export function redactQuery(
  url: string,
  isSecret: IsSecret,
  found: (name: string) => void,
): string {
  const mark = url.indexOf('?');
  if (mark < 0) return url;
  return url.slice(0, mark + 1) + redactForm(url.slice(mark + 1), isSecret, found);
}

function holdsSecret(value: string, isSecret: IsSecret): boolean {
  return /^\s*[[{]/.test(value) && mentionsSecret(value, isSecret);
}

/** One byte per character; what is not well encoded stays as it is. */
function decode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

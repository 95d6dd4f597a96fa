import { mentionsSecret } from './mentions-secret.ts';
import { redactForm } from './redact-form.ts';
import { redactJson } from './redact-json.ts';
import { redactParts } from './redact-parts.ts';
import type { IsSecret } from './secret-names.ts';

export interface BodyFacts {
  /** One byte per character. */
  readonly text: string;
  /** Headers of the request, '' when absent. */
  readonly contentType: string;
  readonly contentEncoding: string;
}

/**
 * The body without the values of secret parameters, or null when it has to be left out whole: it is
 * compressed, or has a form in which values cannot be told from names and mentions one of the names.
 * `missing` is told the targets that are no longer what the client sent.
 */
export function redactBody(
  { text, contentType, contentEncoding }: BodyFacts,
  isSecret: IsSecret,
  missing: (target: string) => void,
): string | null {
  if (!/^\s*(identity\s*)?$/i.test(contentEncoding)) return null;
  if (/^\s*[[{]/.test(text)) return redactJson(text, isSecret, () => missing('body.json.*'));
  if (/^\s*multipart\//i.test(contentType)) {
    const redacted = redactParts(text, contentType, isSecret, formMember(missing));
    if (redacted !== null) return redacted;
  }
  if (/^\s*(application\/x-www-form-urlencoded|$)/i.test(contentType)) {
    return redactForm(text, isSecret, formMember(missing));
  }
  return mentionsSecret(text, isSecret) ? null : text;
}

function formMember(missing: (target: string) => void) {
  return (name: string) => missing(`body.form[${name.slice(0, 128)}]`);
}

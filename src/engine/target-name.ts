import {
  KIND_BODY_FORM,
  KIND_COOKIES,
  KIND_HEADERS,
  KIND_NAMES,
  KIND_QUERY,
} from '../config/layout.gen.ts';

const NAMED_KINDS: ReadonlySet<number> = new Set([
  KIND_QUERY,
  KIND_HEADERS,
  KIND_COOKIES,
  KIND_BODY_FORM,
]);

/** A target as a rule writes it: `uri`, `query[id]`, `headers[user-agent]`; '' for an unknown kind. */
export function targetName(kind: number, name: string): string {
  const family = (KIND_NAMES.get(kind) ?? '').replaceAll('_', '.');
  if (!NAMED_KINDS.has(kind)) return family;
  return `${family}[${kind === KIND_HEADERS ? name.toLowerCase() : name}]`;
}

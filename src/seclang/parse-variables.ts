import type { Variable } from './model.ts';

/** `ARGS|!ARGS:id|&REQUEST_HEADERS:Host|XML:/*|REQUEST_COOKIES:/^_ga/`; null when it is no such list. */
export function parseVariables(text: string): readonly Variable[] | null {
  const variables: Variable[] = [];
  for (const entry of splitEntries(text)) {
    const variable = parseVariable(entry);
    if (variable === null) return null;
    variables.push(variable);
  }
  return variables.length === 0 ? null : variables;
}

/** A `|` inside a regular expression or quotes separates nothing. */
function splitEntries(text: string): string[] {
  const entries = text.match(
    /[!&]*\w+(?::(?:'(?:[^'\\]|\\.)*'|\/(?:[^/\\]|\\.)*\/(?=\||$)|[^|]*))?(?=\||\s*$)/g,
  );
  return (entries ?? []).join('|') === text.trim().replace(/\|+$/, '') ? (entries ?? []) : [''];
}

function parseVariable(text: string): Variable | null {
  const match = /^([!&]*)(\w+)(?::(.*))?$/s.exec(text);
  if (match === null) return null;
  const [, marks = '', written = '', after] = match;
  const name = written.toUpperCase();
  const base = { name, counted: marks.includes('&'), excluded: marks.includes('!'), text };
  if (after === undefined) return { ...base, pattern: false };
  const bare = /^'(.*)'$/s.exec(after)?.[1] ?? after;
  // The selector of XML is an XPath expression, which begins with a slash as well.
  const pattern = name === 'XML' ? null : /^\/(.*)\/$/s.exec(bare);
  return pattern === null
    ? { ...base, selector: bare, pattern: false }
    : { ...base, selector: pattern[1]!.replaceAll('\\/', '/'), pattern: true };
}

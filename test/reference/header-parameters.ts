export interface Parameter {
  readonly name: string;
  /** As written, without the quotes. */
  readonly value: string;
  /** What it means: in quotes, a backslash before a quote is dropped. */
  readonly text: string;
  readonly isUnclosed: boolean;
}

/** The obvious form of reading `; name=value; name="value"` behind the first semicolon. */
export function headerParameters(header: string): readonly Parameter[] {
  const first = header.indexOf(';');
  let rest = first === -1 ? '' : header.slice(first);
  const found: Parameter[] = [];
  for (;;) {
    rest = rest.replace(/^[; \t\r\n]+/, '');
    if (rest === '') return found;
    const key = /^[^=;]*/.exec(rest)![0];
    rest = rest.slice(key.length).replace(/^=?[ \t\r\n]*/, '');
    const quoted = /^"((?:\\.|[^"\\]|\\$)*)("|$)[^;]*/s.exec(rest);
    const token = /^[^;]*/.exec(rest)!;
    const value = quoted === null ? trimEnd(token[0]) : quoted[1]!;
    const text = quoted === null ? value : unquote(value);
    found.push({
      name: trimEnd(key).toLowerCase(),
      value,
      text,
      isUnclosed: quoted?.[2] === '',
    });
    rest = rest.slice((quoted ?? token)[0].length);
  }
}

function trimEnd(text: string): string {
  return text.replace(/[ \t\r\n]+$/, '');
}

function unquote(text: string): string {
  return text.replace(/\\(.)/gs, (both, next) => (next === '"' ? '"' : both));
}

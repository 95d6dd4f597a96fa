const TABLE = /^\s*\[\s*([^[\]]+?)\s*\]/;
const ARRAY_TABLE = /^\s*\[\[\s*([^[\]]+?)\s*\]\]/;
const KEY =
  /^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=/;
const KEY_PART = /[A-Za-z0-9_-]+|"[^"]*"|'[^']*'/g;

/**
 * The 1-based line on which each table and key of a valid TOML document stands, by dotted path;
 * entries of `[[table]]` get their index: `auth.keys.0.name`. The parser does not tell positions;
 * this reading line by line is for messages only and may miss a key inside multi-line text.
 */
export function keyLines(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const entries = new Map<string, number>();
  let table: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const arrayTable = ARRAY_TABLE.exec(line)?.[1];
    const plainTable = arrayTable === undefined ? TABLE.exec(line)?.[1] : undefined;
    const key = KEY.exec(line)?.[1];
    if (arrayTable !== undefined) {
      const name = keyParts(arrayTable).join('.');
      const entry = entries.get(name) ?? 0;
      entries.set(name, entry + 1);
      table = [...keyParts(arrayTable), String(entry)];
    } else if (plainTable !== undefined) {
      table = keyParts(plainTable);
    } else if (key === undefined) {
      continue;
    }
    const path = key === undefined ? table : [...table, ...keyParts(key)];
    const dotted = path.join('.');
    if (!lines.has(dotted)) lines.set(dotted, index + 1);
  }
  return lines;
}

/** Line of the key itself or of the nearest table around it. */
export function lineOf(lines: ReadonlyMap<string, number>, key: string): number | undefined {
  for (let path = key; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const line = lines.get(path);
    if (line !== undefined) return line;
  }
  return undefined;
}

function keyParts(dotted: string): string[] {
  return (dotted.match(KEY_PART) ?? []).map((part) => part.replace(/^["']|["']$/g, ''));
}

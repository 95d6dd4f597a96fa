/** What a selector looks at of a rule. */
export interface SelectableRule {
  readonly id: string;
  readonly tags: readonly string[];
  readonly score?: Readonly<Record<string, number>>;
}

/**
 * Turns a rule selector into a test: `crs-942100` and `crs-941*` name ids, `tag:attack-xss` a tag,
 * `category:sqli` the rules that add to a score. `*` is any run of characters; upper and lower case differ.
 */
export function ruleSelector(written: string): (rule: SelectableRule) => boolean {
  if (written.startsWith('tag:')) {
    const isMeant = textPattern(written.slice('tag:'.length));
    return ({ tags }) => tags.some(isMeant);
  }
  if (written.startsWith('category:')) {
    const isMeant = textPattern(written.slice('category:'.length));
    return ({ score = {} }) => Object.keys(score).some(isMeant);
  }
  const isMeant = textPattern(written);
  return ({ id }) => isMeant(id);
}

function textPattern(written: string): (text: string) => boolean {
  if (!written.includes('*')) return (text) => text === written;
  const parts = written.split(/\*+/);
  const [first, last] = [parts[0]!, parts.at(-1)!];
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

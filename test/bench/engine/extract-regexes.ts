/**
 * The regular expressions of all `@rx` in the text of a SecLang file, as written. Knows just enough of
 * the language for counting: continued lines, and quoted operators.
 */
export function extractRegexes(text: string): string[] {
  const rules = text.replace(/\\\r?\n\s*/g, '').matchAll(/^[ \t]*SecRule[ \t]+(.*)$/gm);
  return [...rules].flatMap(([, rest]) => {
    const operator = /^(?:"(?:[^"\\]|\\.)*"|\S+)[ \t]+"((?:[^"\\]|\\.)*)"/.exec(rest!)?.[1];
    const regex = operator && /^!?@rx[ \t]+(.*)$/s.exec(operator)?.[1];
    return regex === undefined || regex === '' ? [] : [regex.replaceAll('\\"', '"')];
  });
}

import type { Random } from '../learn/seeded-random.ts';

/** A change of the text of an SQL injection that leaves what it does; null: there is nothing to change. */
export type Mutation = (text: string, random: Random) => string | null;

const KEYWORDS =
  /\b(?:union|select|from|where|and|or|order|by|insert|update|delete|like|null|all|having|sleep|case|when|then|end)\b/gi;

/** The published operators against classifiers of SQL injections (arXiv 2001.01952), written anew. */
export const SQL_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'case-swap': (text, random) =>
    changed(text, (all) => all.replace(/[a-z]/gi, (letter) => randomCase(letter, random))),
  'whitespace-substitution': (text, random) =>
    changed(text, (all) =>
      all.replace(/ /g, () => pick([' ', '\n', '\t', '\r', '\v', '\f'], random)),
    ),
  'comment-injection': (text, random) =>
    changed(text, (all) => all.replace(/ /g, () => (random() < 0.6 ? '/**/' : ' '))),
  'comment-rewriting': (text, random) => {
    const word = randomWord(random);
    if (/\/\*.*?\*\//.test(text)) return text.replace(/\/\*.*?\*\//g, `/*${word}*/`);
    return /(?:--|#)/.test(text) ? text + word : null;
  },
  'integer-encoding': (text, random) =>
    changed(text, (all) =>
      all.replace(/(?<![\w.'"@$])\d{1,9}(?![\w.'"])/g, (digits) =>
        pick([`0x${Number(digits).toString(16)}`, `(select ${digits})`], random),
      ),
    ),
  'operator-swap': (text, random) => changed(text, (all) => swapOperators(all, random)),
  'logical-invariant': (text, random) => {
    const place = /(?:\b(?:or|and)\b|\|\||&&).*?[=<>].*?(?=--|#|;|$)/i.exec(text);
    if (place === null) return null;
    const number = 1 + Math.floor(random() * 9000);
    const invariant = pick(
      [
        ` or ${number}=${number + 1}`,
        ` and ${number}=${number}`,
        ' and true',
        ' or false',
        " and 'a'='a'",
      ],
      random,
    );
    const end = place.index + place[0].trimEnd().length;
    return text.slice(0, end) + invariant + text.slice(end);
  },
  'number-shuffle': (text, random) =>
    changed(text, (all) => {
      const shift = 1 + Math.floor(random() * 50);
      return all.replace(/\b(\d{1,6})(\s*=\s*)\1\b/g, (_, digits, sign) => {
        const other = Number(digits) + shift;
        return `${other}${sign}${other}`;
      });
    }),
};

/** Whether the text has words that these mutations are about. */
export function looksLikeSql(text: string): boolean {
  return (text.match(KEYWORDS)?.length ?? 0) > 0;
}

function swapOperators(text: string, random: Random): string {
  return text
    .replace(/\band\b/gi, (word) => pick([word, '&&'], random))
    .replace(/\bor\b/gi, (word) => pick([word, '||'], random))
    .replace(/(?<![<>!=:])=(?!=)/g, () => pick(['=', ' like '], random))
    .replace(/\|\|(?=\s*(?:\d|'))/g, () => pick(['||', ' or '], random));
}

function changed(text: string, change: (text: string) => string): string | null {
  const result = change(text);
  return result === text ? null : result;
}

function randomCase(letter: string, random: Random): string {
  return random() < 0.5 ? letter.toLowerCase() : letter.toUpperCase();
}

function randomWord(random: Random): string {
  const length = 1 + Math.floor(random() * 6);
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)]!;
}

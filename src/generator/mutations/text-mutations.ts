import type { Mutation } from './sql-mutations.ts';

/** Changes that scripts, paths and commands mostly survive. */
export const TEXT_MUTATIONS: Readonly<Record<string, Mutation>> = {
  /** Tags and attributes do not care about case; file names and commands do. */
  'tag-case': (text, random) => {
    if (!text.includes('<')) return null;
    return text.replace(/<[^>]{0,30}/g, (tag) =>
      tag.replace(/[a-z]/gi, (letter) =>
        random() < 0.5 ? letter.toLowerCase() : letter.toUpperCase(),
      ),
    );
  },
  'percent-encoding': (text, random) =>
    text.replace(/[<>"'();/\\.|&]/g, (sign) =>
      random() < 0.3 ? `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}` : sign,
    ),
  'more-space': (text, random) => text.replace(/ /g, () => (random() < 0.5 ? '  ' : '\t')),
  numbers: (text, random) =>
    text.replace(/(?<![\w&#%\\])\d{1,6}(?!\w)/g, () => String(1 + Math.floor(random() * 9999))),
  'longer-climb': (text) => (/^(?:\.\.[/\\])+/.test(text) ? text.slice(0, 3) + text : null),
};

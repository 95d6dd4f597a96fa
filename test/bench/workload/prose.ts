import type { Random } from './random.ts';

/** What people write about, per language: clauses that join to sentences. */
const CLAUSES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  en: [
    [
      'The parcel arrived on Tuesday',
      'We stayed for three nights',
      "I've been using it for a month",
      'My daughter picked the blue one',
      'The update took longer than expected',
      'Our team met the supplier again',
      "It doesn't fit the old bracket",
      'The second chapter is the best part',
      'Support called me back within the hour',
      'I order from the same shop every spring',
      'The kitchen is small but clean',
      'Between the two models I would select the cheaper one',
    ],
    [
      'and the colour is exactly as shown',
      'but the manual was missing a page',
      'because the first one broke after a week',
      'so we ended up walking to the station',
      "which wasn't what we had agreed on",
      'and everybody at the table liked it',
      'although the price went up by 12%',
      'while the children played in the yard',
      'where the union hall used to be',
      'and then it dropped to 3.5 degrees',
      'or maybe I just opened the wrong file',
      'when the invoice (no. 2291) finally came',
    ],
    [
      'Would buy again!',
      'Thanks for your help :)',
      'Please let me know by Friday.',
      'Not sure what to do next?',
      'Five stars; no complaints.',
      'See the notes from last week.',
      "Let's talk about it tomorrow - say, 9:30?",
      'More at the front desk.',
      'I would recommend it to a friend.',
      'Cheers, Tom & Anna',
    ],
  ],
  de: [
    [
      'Die Lieferung kam pünktlich an',
      'Wir haben das Zimmer für drei Nächte gebucht',
      'Ich nutze das Gerät täglich',
      'Leider fehlte eine Schraube',
      'Das Frühstück war großartig',
    ],
    [
      'und der Preis stimmt',
      'aber die Anleitung ist unvollständig',
      'weil die Straße gesperrt war',
      'sodass wir später anreisen mussten',
      'obwohl es geregnet hat',
    ],
    [
      'Gerne wieder!',
      'Viele Grüße aus Köln.',
      'Könnten Sie mir bitte antworten?',
      'Alles in Ordnung.',
    ],
  ],
  fr: [
    [
      "L'appartement est très agréable",
      "J'ai reçu le colis hier matin",
      'Le serveur était charmant',
      "Nous avons loué deux vélos à l'accueil",
      'La batterie tient toute la journée',
    ],
    [
      'et la vue est superbe',
      "mais l'ascenseur était en panne",
      "parce qu'il manquait une pièce",
      "ce qui n'est pas grave",
      'malgré la pluie',
    ],
    ['Merci beaucoup !', 'À bientôt.', "C'est parfait.", 'Pouvez-vous me rappeler ?'],
  ],
  es: [
    [
      'El envío llegó antes de lo previsto',
      'La habitación era pequeña',
      'Compré dos para mi hermano',
      'El menú del día cuesta 14 €',
      'La reunión será el jueves',
    ],
    [
      'y el personal fue muy amable',
      'pero faltaba la factura',
      'porque había mucho tráfico',
      'aunque el color es distinto',
      'así que volveremos',
    ],
    ['¡Muchas gracias!', '¿Me lo pueden confirmar?', 'Todo perfecto.', 'Un saludo.'],
  ],
  pt: [
    [
      'A entrega demorou dois dias',
      'O hotel fica perto da estação',
      'Comprei para a minha mãe',
      'A bateria dura pouco',
    ],
    [
      'e o atendimento foi ótimo',
      'mas a caixa veio amassada',
      'porque não havia outro tamanho',
      'então pedi a devolução',
    ],
    ['Obrigado!', 'Recomendo.', 'Até amanhã.', 'Podem responder?'],
  ],
  ru: [
    [
      'Заказ пришёл вовремя',
      'Номер был чистый',
      'Мы гуляли до вечера',
      'Инструкция на двух языках',
    ],
    ['и всё работает', 'но цена выросла', 'потому что шёл дождь', 'а кофе остыл'],
    ['Спасибо!', 'Рекомендую.', 'Когда ответите?'],
  ],
  zh: [
    ['包装很好', '房间很干净', '我买了两件', '快递昨天到了'],
    ['颜色和图片一样', '但是有点贵', '因为下雨迟到了', '孩子很喜欢'],
    ['谢谢！', '下次再来。', '可以开发票吗？'],
  ],
};

const LANGUAGES = ['en', 'en', 'en', 'en', 'en', 'de', 'fr', 'es', 'pt', 'ru', 'zh'] as const;

/** Bytes that a character takes when it is percent-encoded, roughly, by script. */
const CHARACTER_WEIGHT: Readonly<Record<string, number>> = { ru: 4, zh: 8 };

/** Text as a person types it, worth about `length` Latin letters, in one of seven languages. */
export function prose(random: Random, length: number, language = random.pick(LANGUAGES)): string {
  const [starts, middles, ends] = CLAUSES[language] as readonly (readonly string[])[];
  const enough = length / (CHARACTER_WEIGHT[language] ?? 1);
  let text = '';
  while (text.length < enough) {
    const start = `${random.pick(starts!)}${random.chance(0.7) ? `, ${random.pick(middles!)}` : ''}.`;
    text += `${text === '' ? '' : ' '}${start}`;
    if (random.chance(0.35)) text += ` ${random.pick(ends!)}`;
    if (random.chance(0.08)) text += '\n\n';
  }
  return text;
}

/** English only, without line breaks: for throughput and as the yardstick of the search. */
export function plainProse(random: Random, length: number): string {
  return prose(random, length + 80, 'en')
    .replaceAll('\n\n', '')
    .slice(0, length);
}

/** What people paste into a note: a few lines of a program or a configuration. */
export const SNIPPETS = [
  'const total = items.reduce((sum, item) => sum + item.price, 0);',
  'for (let i = 0; i < rows.length; i++) { render(rows[i]); }',
  'if (user.age >= 18 && user.country === "DE") { showForm(); }',
  'def mean(values):\n    return sum(values) / len(values)',
  'display: grid; gap: 12px; color: #3a7bd5;',
  'npm run build finished in 4.2 s, see the log',
  'retries: 3\ntimeout: 30s\nregion: eu-west-1',
  '| name | qty |\n|------|-----|\n| bolt | 12 |',
  '- [x] call the bank\n- [ ] order paper\n- [ ] book room B2',
  'f(x) = 3x^2 - 4x + 1, so f(2) = 5',
] as const;

export const SEARCH_WORDS = [
  'winter jacket',
  'usb-c cable 2m',
  'how to clean suede',
  'café near me',
  'lego 10294',
  'size 42 & wide',
  'rock & roll vinyl',
  "children's books",
  'müsli ohne zucker',
  'desk lamp < 50 €',
  'c++ primer',
  'order 66',
  'table and chairs',
  'select committee report',
  'black tea 500g',
  'iphone 15 case',
  '"second hand" bike',
  'opening hours',
  '50% off',
  'ferrari f40 model',
  'yoga mat 6mm',
  'where to eat in lisbon',
  'rain boots',
  'led strip 12v',
  "o'neill wetsuit",
  'board games for two',
  'espresso machine',
  'python course',
  'café crème',
] as const;

export const NAMES = [
  'Anna Schmidt',
  "Liam O'Connor",
  'María García',
  'Jean-Luc Moreau',
  'Yuki Tanaka',
  'Oluwaseun Ade',
  'Zoë Müller',
  'Ivan Petrov',
  'Sofia Rossi',
  'Noah Williams',
  'Emma Dupont',
  'Lucas Silva',
  'Fatima Zahra',
  'Chen Wei',
  "Siobhán D'Arcy",
  'Björn Åkesson',
] as const;

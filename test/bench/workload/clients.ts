import type { Random } from './random.ts';

/** One browser or program: the headers that stay the same from request to request. */
export interface Client {
  readonly userAgent: string;
  readonly language: string;
  readonly encoding: string;
  /** Client hints, which only some browsers send. */
  readonly hints: readonly (readonly [string, string])[];
}

const LANGUAGES = [
  'en-US,en;q=0.9',
  'en-GB,en;q=0.8',
  'de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7',
  'fr-FR,fr;q=0.9,en;q=0.8',
  'es-ES,es;q=0.9',
  'pt-BR,pt;q=0.9,en;q=0.6',
  'ru-RU,ru;q=0.9,en;q=0.5',
  'zh-CN,zh;q=0.9,en;q=0.8',
] as const;

const SYSTEMS = [
  ['Windows NT 10.0; Win64; x64', '"Windows"', '?0'],
  ['Macintosh; Intel Mac OS X 10_15_7', '"macOS"', '?0'],
  ['X11; Linux x86_64', '"Linux"', '?0'],
  ['Linux; Android 14; Pixel 8', '"Android"', '?1'],
  ['Linux; Android 13; SM-A546B', '"Android"', '?1'],
] as const;

const PROGRAMS = [
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'axios/1.7.7',
  'Dart/3.4 (dart:io)',
  'ShopApp/7.21.0 (iPhone; iOS 17.6; Scale/3.00)',
  'Apache-HttpClient/5.3 (Java/21.0.2)',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
] as const;

/** A population whose members come back, as visitors do: about 150 browsers and a few programs. */
export function browser(random: Random): Client {
  const [system, platform, mobile] = random.pick(SYSTEMS);
  const language = random.pick(LANGUAGES);
  const version = random.between(118, 129);
  const encoding = random.chance(0.7) ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br';
  const kind = random.int(10);
  if (kind < 2) {
    const userAgent = `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
    return { userAgent, language, encoding, hints: [] };
  }
  if (kind < 4) {
    const userAgent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 ' +
      `(KHTML, like Gecko) Version/17.${version % 7} Mobile/15E148 Safari/604.1`;
    return { userAgent, language, encoding, hints: [] };
  }
  const edge = kind === 9 ? ` Edg/${version}.0.0.0` : '';
  const brand = edge === '' ? 'Google Chrome' : 'Microsoft Edge';
  const brands = `"Chromium";v="${version}", "Not;A=Brand";v="24", "${brand}";v="${version}"`;
  return {
    userAgent: `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36${edge}`,
    language,
    encoding,
    hints: [
      ['sec-ch-ua', brands],
      ['sec-ch-ua-mobile', mobile],
      ['sec-ch-ua-platform', platform],
    ],
  };
}

export function program(random: Random): Client {
  return { userAgent: random.pick(PROGRAMS), language: '*', encoding: 'gzip', hints: [] };
}

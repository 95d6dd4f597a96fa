import { browser, type Client, program } from './clients.ts';
import type { DraftRequest, Pair } from './draft-request.ts';
import { NAMES, prose, SEARCH_WORDS, SNIPPETS } from './prose.ts';
import type { Random } from './random.ts';

export type RequestKind = 'page' | 'api-get' | 'json-post' | 'form-post';

const HOSTS = ['www.example-shop.com', 'shop.example.org', 'api.example-shop.com'] as const;
const PAGES = [
  '/',
  '/products',
  '/products/garden/hoses',
  '/blog/2026/03/spring-cleaning',
  '/account/orders',
  '/search',
  '/cart',
  '/de/ueber-uns',
  '/help/returns-and-refunds',
  '/news/select-committee-meets',
  '/static/js/app.8f3a2c.js',
  '/static/css/main.c41d09.css',
  '/img/hero@2x.webp',
  '/img/products/10294-front.jpg',
  '/fonts/inter-var.woff2',
  '/favicon.ico',
  '/manifest.webmanifest',
  '/robots.txt',
  '/feed.xml',
] as const;
const RESOURCES = [
  'orders',
  'customers',
  'products',
  'invoices',
  'sessions',
  'events',
  'tickets',
] as const;
const SORTS = ['price', '-price', 'created_at:desc', 'name', 'relevance'] as const;
const STATES = ['open', 'paid', 'shipped', 'in review', 'closed'] as const;
const CAMPAIGNS = ['spring_sale', 'newsletter-12', 'retarget', 'brand'] as const;

/** One request of ordinary traffic. Its client comes back in other requests; its ids never do. */
export function benignDraft(random: Random, kind: RequestKind): DraftRequest {
  const isApi = kind === 'api-get' || kind === 'json-post';
  const client = isApi && random.chance(0.3) ? program(random) : browser(random);
  const host = random.pick(HOSTS);
  const draft: DraftRequest = {
    method: 'GET',
    path: '/',
    query: [],
    host,
    headers: commonHeaders(random, client, isApi, host),
    cookies: client.hints.length > 0 || random.chance(0.5) ? cookies(random) : [],
    sourceIp: sourceIp(random),
  };
  FILL[kind](draft, random);
  return draft;
}

function commonHeaders(random: Random, client: Client, isApi: boolean, host: string): Pair[] {
  const headers: Pair[] = [
    ['user-agent', client.userAgent],
    ['accept', isApi ? 'application/json, text/plain, */*' : acceptOf(random)],
    ['accept-language', client.language],
    ['accept-encoding', client.encoding],
    ['connection', 'keep-alive'],
  ];
  for (const [name, value] of client.hints) if (random.chance(0.85)) headers.push([name, value]);
  if (random.chance(0.5)) headers.push(['referer', referer(random, host)]);
  if (client.hints.length > 0)
    headers.push(['sec-fetch-site', isApi ? 'same-site' : 'same-origin']);
  if (isApi && random.chance(0.6)) headers.push(['authorization', `Bearer ${token(random)}`]);
  if (isApi && random.chance(0.5)) headers.push(['x-request-id', random.uuid()]);
  if (random.chance(0.4)) headers.push(['cache-control', random.pick(['no-cache', 'max-age=0'])]);
  if (!isApi && random.chance(0.25)) headers.push(['if-none-match', `W/"${random.hex(12)}"`]);
  if (!isApi && random.chance(0.4)) headers.push(['upgrade-insecure-requests', '1']);
  return headers;
}

function acceptOf(random: Random): string {
  return random.chance(0.5)
    ? 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
    : random.pick(['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', '*/*']);
}

function referer(random: Random, host: string): string {
  const query = random.chance(0.3) ? `?utm_source=mail&page=${random.int(40)}` : '';
  const own = `https://${host}${random.pick(PAGES)}${query}`;
  return random.chance(0.85) ? own : 'https://www.google.com/';
}

/** As a signed token looks: three parts of base64url. */
function token(random: Random): string {
  const part = (bytes: number) => Buffer.from(random.hex(bytes * 2), 'hex').toString('base64url');
  return `eyJhbGciOiJIUzI1NiJ9.${part(48)}.${part(32)}`;
}

function cookies(random: Random): Pair[] {
  const pairs: Pair[] = [['session', random.hex(32)]];
  if (random.chance(0.6)) {
    pairs.push(['_ga', `GA1.2.${random.int(1e9)}.17${random.between(10_000_000, 99_999_999)}`]);
  }
  if (random.chance(0.5)) pairs.push(['theme', random.pick(['dark', 'light', 'auto'])]);
  if (random.chance(0.3)) pairs.push(['cart', encodeURIComponent(`{"items":${random.int(9)}}`)]);
  if (random.chance(0.3)) pairs.push(['csrftoken', random.hex(40)]);
  if (random.chance(0.4))
    pairs.push([
      'consent',
      encodeURIComponent(`{"id":"${random.uuid()}","ads":false,"stats":true}`),
    ]);
  return pairs;
}

function sourceIp(random: Random): string {
  if (random.chance(0.15)) return `2001:db8:${random.hex(4)}::${random.hex(3)}`;
  return `198.51.${random.int(256)}.${random.between(1, 254)}`;
}

const FILL: Readonly<Record<RequestKind, (draft: DraftRequest, random: Random) => void>> = {
  page(draft, random) {
    draft.path = random.pick(PAGES);
    if (draft.path === '/search') draft.query.push(['q', random.pick(SEARCH_WORDS)]);
    if (random.chance(0.2)) draft.query.push(['page', String(random.between(1, 60))]);
    if (random.chance(0.15)) draft.query.push(['sort', random.pick(SORTS)]);
    if (random.chance(0.1)) {
      draft.query.push(['utm_source', 'mail'], ['utm_campaign', random.pick(CAMPAIGNS)]);
    }
  },

  'api-get'(draft, random) {
    const one = random.chance(0.5) ? `/${random.uuid()}` : '';
    draft.path = `/api/v${random.between(1, 3)}/${random.pick(RESOURCES)}${one}`;
    if (one === '') {
      draft.query.push(['limit', String(random.pick([10, 20, 50, 100]))]);
      if (random.chance(0.5)) draft.query.push(['cursor', random.hex(24)]);
      if (random.chance(0.4)) draft.query.push(['filter[status]', random.pick(STATES)]);
      if (random.chance(0.4)) draft.query.push(['q', random.pick(SEARCH_WORDS)]);
      if (random.chance(0.3)) draft.query.push(['since', date(random)]);
      if (random.chance(0.2)) draft.query.push(['redirect', `https://${draft.host}/account?tab=1`]);
    }
    if (random.chance(0.3)) draft.query.push(['fields', 'id,name,price,stock']);
  },

  'json-post'(draft, random) {
    draft.method = random.chance(0.85) ? 'POST' : 'PUT';
    draft.path = `/api/v2/${random.pick(RESOURCES)}`;
    draft.headers.push(['origin', `https://${draft.host}`]);
    draft.json = random.pick(JSON_BODIES)(random);
  },

  'form-post'(draft, random) {
    draft.method = 'POST';
    draft.path = random.pick([
      '/login',
      '/contact',
      '/checkout/address',
      '/reviews',
      '/newsletter',
    ]);
    draft.headers.push(['origin', `https://${draft.host}`]);
    draft.form = FORMS[draft.path]!(random);
  },
};

const date = (random: Random) =>
  `2026-0${random.between(1, 9)}-${random.between(10, 28)}T${random.between(10, 23)}:15:00Z`;
const email = (random: Random) =>
  `user.${random.hex(5)}@example.${random.pick(['com', 'org', 'de'])}`;

const JSON_BODIES: readonly ((random: Random) => unknown)[] = [
  (random) => ({
    id: random.uuid(),
    customer: { name: random.pick(NAMES), email: email(random), vip: random.chance(0.1) },
    items: Array.from({ length: random.between(1, 5) }, () => ({
      sku: `SKU-${random.hex(6).toUpperCase()}`,
      qty: random.between(1, 4),
      price: random.int(20_000) / 100,
    })),
    note: prose(random, random.pick([20, 160, 600])),
    created_at: date(random),
  }),
  (random) => ({
    title: prose(random, 20),
    body: prose(random, random.between(250, 1_800)),
    tags: ['home', 'diy'],
  }),
  (random) => ({
    events: Array.from({ length: random.between(2, 8) }, () => ({
      type: random.pick(['click', 'view', 'scroll']),
      target: `#${random.pick(['buy', 'menu', 'footer', 'gallery'])}-${random.int(30)}`,
      at: random.int(1e9),
      url: `/products/${random.hex(6)}?ref=${random.pick(CAMPAIGNS)}`,
    })),
    session: random.uuid(),
  }),
  (random) => ({
    message: `${prose(random, 120)}\n${random.pick(SNIPPETS)}`,
    thread: random.uuid(),
    draft: false,
    mentions: [random.pick(NAMES)],
  }),
  (random) => ({ username: email(random), password: passphrase(random), remember: true }),
  (random) => ({
    settings: { locale: 'de-DE', currency: 'EUR', tz: 'Europe/Berlin', columns: [1, 2, 3, 5, 8] },
    etag: random.hex(32),
    comment: prose(random, random.between(30, 900)),
  }),
];

const FORMS: Readonly<Record<string, (random: Random) => Pair[]>> = {
  '/login': (random) => [
    ['username', email(random)],
    ['password', passphrase(random)],
    ['csrf', random.hex(40)],
  ],
  '/contact': (random) => [
    ['name', random.pick(NAMES)],
    ['email', email(random)],
    ['message', prose(random, random.between(60, 1_300))],
  ],
  '/checkout/address': (random) => [
    ['first_name', random.pick(NAMES).split(' ')[0]!],
    [
      'street',
      random.pick(['Am Markt 3', '12 High Street', "Rue de l'Église 7", 'Calle Mayor 21, 2º B']),
    ],
    ['postcode', String(random.between(10_000, 99_999))],
    ['phone', `+49 30 ${random.between(100_000, 999_999)}`],
    ['csrf', random.hex(40)],
  ],
  '/reviews': (random) => [
    ['product', random.hex(6)],
    ['rating', String(random.between(1, 5))],
    ['text', prose(random, random.between(40, 1_200))],
    ['anonymous', 'on'],
  ],
  '/newsletter': (random) => [
    ['email', email(random)],
    ['source', random.pick(CAMPAIGNS)],
  ],
};

function passphrase(random: Random): string {
  return `${random.pick(['Regen', 'kite', 'Ofen', 'maple'])}${random.pick(['-', '!', '_', '#', '&'])}${random.hex(6)}`;
}

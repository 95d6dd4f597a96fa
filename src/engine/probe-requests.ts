import { LIMITS } from '../config/limits.ts';
import type { InspectionRequest } from './verdict.ts';

const BASE: InspectionRequest = {
  method: 'GET',
  uri: '/',
  version: 'HTTP/1.1',
  sourceIp: '192.0.2.1',
  headers: ['Host', 'example.test'],
  body: null,
  now: 0,
};

/** The most that a foreign module is ever shown of a body: it must get through it on its fuel. */
const BODY_BYTES = LIMITS.upload.foreign_body_bytes;

/** What every module must answer with 0–3 before it may see a real request. */
export const PROBE_REQUESTS: readonly {
  readonly name: string;
  readonly request: InspectionRequest;
}[] = [
  { name: 'plain GET', request: BASE },
  {
    name: 'long POST',
    request: {
      ...BASE,
      method: 'POST',
      uri: '/form?page=1&page=2',
      headers: ['Host', 'example.test', 'Content-Type', 'application/x-www-form-urlencoded'],
      body: Buffer.from(`text=${'a'.repeat(BODY_BYTES - 'text='.length)}`),
    },
  },
  { name: 'empty values', request: { ...BASE, method: '', uri: '', sourceIp: '', headers: [] } },
  {
    name: 'odd bytes',
    request: {
      ...BASE,
      uri: '/%00%ff\u00e9"\\?=&&==;',
      sourceIp: '2001:db8::1',
      headers: ['X-Odd', '\u0000\u0001\u00ff"\\', 'Cookie', '=; ;;a'],
      body: Uint8Array.from({ length: 256 }, (_, index) => index),
    },
  },
  // Last, so that the first real request finds the memory that it needs touched and in the caches.
  {
    name: 'browser GET',
    request: {
      ...BASE,
      uri: '/shop/items?id=42&sort=price&q=garden+chairs',
      headers: [
        ...['Host', 'www.example.test', 'Connection', 'keep-alive'],
        ...['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'],
        ...['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
        ...['Accept-Language', 'en-GB,en;q=0.7', 'Accept-Encoding', 'gzip, deflate, br'],
        ...['Referer', 'https://www.example.test/shop', 'Cookie', 'session=3f9a6c0d; theme=dark'],
      ],
    },
  },
];

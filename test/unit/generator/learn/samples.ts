import type { RecordedRequest } from '../../../../src/evaluation/recorded-request.ts';

/** A GET with one parameter, from an address of its own. */
export function getRequest(id: string, value: string, sourceIp = '198.51.100.1'): RecordedRequest {
  return {
    id,
    request: {
      method: 'GET',
      uri: `/search?q=${encodeURIComponent(value)}&page=1`,
      version: 'HTTP/1.1',
      sourceIp,
      headers: ['Host', 'shop.example', 'User-Agent', 'Mozilla/5.0 (X11; Linux x86_64)'],
      body: null,
      now: 0,
    },
  };
}

const NOUNS = [
  'shoe',
  'lamp',
  'table',
  'garden chair',
  'blue shirt',
  'union jack flag',
  'select tea',
];
const ENDS = ['', ' for 2', ' under 50', ' and more', " children's", ' (new)', ' size=4'];

/** Searches of a shop: 49 different ones, over and over. */
export function benignRequests(count: number): RecordedRequest[] {
  return Array.from({ length: count }, (_, at) => {
    const noun = NOUNS[at % NOUNS.length]!;
    const end = ENDS[Math.floor(at / NOUNS.length) % ENDS.length]!;
    return getRequest(`benign-${at}`, `${noun}${end}`, `203.0.113.${at % 250}`);
  });
}

/** SQL injections that differ in their numbers and columns. */
export function sqlInjections(count: number): RecordedRequest[] {
  return Array.from({ length: count }, (_, at) => {
    const text =
      at % 2 === 0
        ? `${at}' UNION SELECT ${at}, name FROM accounts_${at % 5}-- `
        : `${at}' or ${at * 7}=${at * 7}-- `;
    return getRequest(`sqli-${at}`, text, `198.51.100.${at}`);
  });
}

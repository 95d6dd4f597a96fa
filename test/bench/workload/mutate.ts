import type { Random } from './random.ts';

const WORDS = ['admin', 'x', 'id', 'shop', 'foo', 'test', 'user', 'k9', 'zeta'] as const;
const TABLES = ['users', 'accounts', 'members', 'orders', 'wp_users'] as const;
const HOSTS = ['evil.example', '203.0.113.9', 'oob.attacker.example', 'x7.example.net'] as const;
const FILES = [
  'etc/passwd',
  'etc/shadow',
  'etc/hosts',
  'root/.ssh/id_rsa',
  'proc/self/environ',
] as const;
const COMMANDS = [
  'id',
  'whoami',
  'uname -a',
  'cat /etc/passwd',
  'ls -la /',
  'ping -c 3 203.0.113.9',
] as const;

/** Fills the slots of a template. */
export function fillTemplate(random: Random, template: string): string {
  return template.replace(/\{([nwthfcd])\}/g, (_, slot: string) => {
    switch (slot) {
      case 'n':
        return String(random.between(1, 99));
      case 'w':
        return random.pick(WORDS);
      case 't':
        return random.pick(TABLES);
      case 'h':
        return random.pick(HOSTS);
      case 'd':
        return '$';
      case 'f':
        return random.pick(FILES);
      default:
        return random.pick(COMMANDS);
    }
  });
}

/** Disguises a payload in a way that leaves it working, in the manner of its family; often not at all. */
export function mutate(random: Random, family: string, payload: string): string {
  const kinds = MUTATIONS[family] ?? [];
  return kinds.length > 0 && random.chance(0.45) ? random.pick(kinds)(random, payload) : payload;
}

type Mutation = (random: Random, payload: string) => string;

const mixedCase: Mutation = (random, payload) =>
  payload.replace(/[a-z]/gi, (letter) =>
    random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase(),
  );
const encodedOnce: Mutation = (_, payload) => encodeURIComponent(payload);
const commentForSpace: Mutation = (random, payload) =>
  payload.replaceAll(' ', random.pick(['/**/', '/*!*/', '/*x*/']));
const otherSpace: Mutation = (random, payload) =>
  payload.replaceAll(' ', random.pick(['\t', '\n', '  ', '\r\n']));
const entities: Mutation = (random, payload) =>
  payload.replace(/[a-z]/g, (letter) =>
    random.chance(0.15) ? `&#${letter.charCodeAt(0)};` : letter,
  );
const quotesInWords: Mutation = (random, payload) =>
  payload.replace(/\b(cat|id|whoami|uname|ls|bash|wget|curl)\b/g, (word) =>
    random.chance(0.6) ? `${word[0]}''${word.slice(1)}` : word,
  );
const caretsInWords: Mutation = (_, payload) =>
  payload.replace(/\b(cmd|powershell|net)\b/g, (word) => `${word[0]}^${word.slice(1)}`);
const prefixed: Mutation = (random, payload) => `${random.pick(WORDS)}${payload}`;

const MUTATIONS: Readonly<Record<string, readonly Mutation[]>> = {
  sqli: [(random, payload) => mixedCase(random, payload), commentForSpace, otherSpace, encodedOnce],
  xss: [
    (random, payload) => payload.replace(/<(\w+)/g, (tag) => mixedCase(random, tag)),
    entities,
    prefixed,
    encodedOnce,
  ],
  lfi: [encodedOnce, (_, payload) => payload.replaceAll('/', '//'), prefixed],
  'rce-unix': [quotesInWords, prefixed, otherSpace],
  'rce-windows': [caretsInWords, prefixed],
  ssrf: [(_, payload) => payload.replace('http://', 'HTTP://'), (_, payload) => `${payload}?a=b`],
  php: [prefixed, encodedOnce],
  ssti: [prefixed, (_, payload) => payload.replaceAll('{{', '{{ ').replaceAll('}}', ' }}')],
  node: [prefixed],
  log4shell: [prefixed, (_, payload) => payload.replace('jndi', ['$', '{lower:J}ndi'].join(''))],
};

import { ATTACK_FAMILIES, type AttackFamily, type Place } from './attack-templates.ts';
import { benignDraft, type RequestKind } from './benign-draft.ts';
import type { DraftRequest } from './draft-request.ts';
import { fillTemplate, mutate } from './mutate.ts';
import type { Random } from './random.ts';

const PARAMETERS = [
  'id',
  'q',
  'file',
  'url',
  'name',
  'cat',
  'lang',
  'return_to',
  'comment',
] as const;
const HEADERS = ['x-forwarded-for', 'referer', 'x-api-version', 'x-forwarded-host'] as const;

export interface AttackDraft {
  readonly draft: DraftRequest;
  readonly family: string;
}

/** Benign traffic with a payload in it. Families come in turn, so that every seed holds all of them. */
export function attackDraft(random: Random, turn: number): AttackDraft {
  const family = ATTACK_FAMILIES[turn % ATTACK_FAMILIES.length] as AttackFamily;
  const place = random.pick(family.places);
  const draft = benignDraft(random, kindFor(place, random));
  const template = random.pick(family.templates);
  const payload = mutate(random, family.name, fillTemplate(random, template));
  PLANT[place](draft, payload, random);
  return { draft, family: family.name };
}

function kindFor(place: Place, random: Random): RequestKind {
  if (place === 'form') return 'form-post';
  if (place === 'json') return 'json-post';
  return random.chance(0.6) ? 'page' : 'api-get';
}

type Plant = (draft: DraftRequest, payload: string, random: Random) => void;

const PLANT: Readonly<Record<Place, Plant>> = {
  query: (draft, payload, random) => draft.query.push([random.pick(PARAMETERS), payload]),
  name: (draft, payload) => draft.query.push([payload, '1']),
  form: (draft, payload, random) => draft.form!.push([random.pick(PARAMETERS), payload]),
  json(draft, payload, random) {
    (draft.json as Record<string, unknown>)[random.pick(PARAMETERS)] = payload;
  },
  header: (draft, payload, random) =>
    draft.headers.push([random.pick(HEADERS), payload.replace(/[\r\n\0]/g, ' ')]),
  'user-agent'(draft, payload) {
    draft.headers = draft.headers.map(([name, value]) => [
      name,
      name === 'user-agent' ? payload : value,
    ]);
  },
  cookie: (draft, payload) => draft.cookies.push(['pref', encodeURIComponent(payload)]),
  path(draft, payload, random) {
    const folder = random.pick(['/', '/static/', '/download/']);
    // Servers receive dots and slashes as they are, and the rest encoded.
    draft.path = `${folder}${encodeURIComponent(payload).replaceAll('%2F', random.chance(0.6) ? '/' : '%2f')}`;
  },
};

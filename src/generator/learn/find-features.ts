import { openRuleRun } from '../gate/rule-run.ts';
import { type Shape, VIEWS } from '../shapes/shape.ts';
import type { BenignPool } from './benign-pool.ts';
import { Bits } from './bits.ts';
import { contentLeaf, type Feature } from './feature.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { hasShape } from './shape-hits.ts';

/** The shapes that at least `least` samples have. */
export function shapeFeatures(
  vocabulary: readonly Shape[],
  samples: readonly PreparedRequest[],
  pool: BenignPool,
  least: number,
): Feature[] {
  return vocabulary.flatMap((shape) => {
    const having = Bits.from(samples.length, (at) => hasShape(samples[at]!, shape));
    return having.count < least ? [] : [shapeFeature(shape, having, pool)];
  });
}

function shapeFeature(shape: Shape, samples: Bits, pool: BenignPool): Feature {
  return {
    id: shape.id,
    kind: shape.kind,
    title: shape.title,
    condition: contentLeaf({ transforms: VIEWS[shape.view], op: 'regex', value: shape.pattern }),
    samples,
    benign: pool.withShape(shape),
    rarity: 1,
  };
}

const DETECTORS = [
  { id: 'is-sqli', op: 'is_sqli', kind: 'sql', title: 'text that changes an SQL statement' },
  { id: 'is-xss', op: 'is_xss', kind: 'markup', title: 'text that runs script in a page' },
] as const;

/** The detectors of the engine, as tests like any other; asked in the engine, once for each request. */
export function detectorFeatures(
  samples: readonly PreparedRequest[],
  pool: BenignPool,
  least: number,
): Feature[] {
  return DETECTORS.flatMap(({ id, op, kind, title }) => {
    const condition = contentLeaf({ transforms: ['url_decode_uni'], op });
    const asked = askEngine(id, condition);
    const having = Bits.from(samples.length, (at) => asked(samples[at]!));
    if (having.count < least) return [];
    const benign = pool.passing(id, asked);
    return [{ id, kind, title, condition, samples: having, benign, rarity: 0.5 }];
  });
}

const questions = new Map<string, (request: PreparedRequest) => boolean>();

function askEngine(id: string, when: Feature['condition']): (request: PreparedRequest) => boolean {
  let question = questions.get(id);
  if (question === undefined) {
    const opened = openRuleRun([{ id, action: 'block', when }]);
    if (!opened.ok) throw new Error(`the test ${id} does not compile`);
    question = (request) => {
      let answer = request.answers.get(id);
      if (answer === undefined) {
        answer = opened.run.matching(request.recorded.request).length > 0;
        request.answers.set(id, answer);
      }
      return answer;
    };
    questions.set(id, question);
  }
  return question;
}

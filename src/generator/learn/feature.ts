import type { Condition, Leaf } from '../../rules/model.ts';
import type { ShapeKind } from '../shapes/shape.ts';
import { TECHNICAL_HEADERS } from '../values/split-request.ts';
import type { Bits } from './bits.ts';

/** What a rule is about: a kind of shape, text that the samples have in common, or the traffic itself. */
export type RuleKind = ShapeKind | 'token' | 'traffic';

/** A test of a request, with the samples and the benign requests that pass it. */
export interface Feature {
  readonly id: string;
  readonly kind: RuleKind;
  /** For a sentence: "contains <title>". */
  readonly title: string;
  readonly condition: Condition;
  readonly samples: Bits;
  readonly benign: Bits;
  /** How unlikely it is in benign text before any was seen, 0..1; see docs/generator.md. */
  readonly rarity: number;
}

/** Features that hold together in attacks and never in a benign request. */
export interface Alternative {
  readonly features: readonly Feature[];
  readonly kind: RuleKind;
  readonly samples: Bits;
}

/** Where content can be: everything but what the connection itself needs. */
const CONTENT_TARGETS = [
  ...['path', 'query.*', 'query.names', 'body.form.*', 'body.form.names', 'body.json.*'],
  ...['body.xml.text', 'body.xml.attributes.*', 'cookies.*', 'files.*', 'headers.*'],
];

const NO_CONTENT = [...TECHNICAL_HEADERS].sort().map((name) => `headers[${name}]`);

/** A test of every value in which a client can put content. */
export function contentLeaf(test: Pick<Leaf, 'op' | 'value' | 'transforms'>): Leaf {
  return { target: CONTENT_TARGETS, except: NO_CONTENT, ...test };
}

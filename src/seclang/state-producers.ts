import type { TextPart } from './macros.ts';
import type { Chain, Link, Variable } from './model.ts';
import { toPattern } from './pattern.ts';

/** A link that keeps something of the request in a TX variable, for a later link or rule to test. */
export interface Producer {
  readonly chain: Chain;
  /** Links of its chain that depend on the request, up to the one that sets the variable. */
  readonly links: readonly Link[];
  /** The constant beginning of the name; what follows differs from value to value. */
  readonly name: string;
  readonly family: boolean;
  /** What is kept. */
  readonly parts: readonly TextPart[];
  /** It counts: the value is added to. */
  readonly counts: boolean;
}

/** The last producer of what `TX:name` or `TX:/pattern/` reads. */
export function findProducer(
  producers: readonly Producer[],
  { selector = '', pattern }: Variable,
): Producer | undefined {
  if (!pattern) {
    const wanted = selector.toLowerCase();
    return producers.findLast(({ name, family }) => name === wanted && !family);
  }
  const expression = toPattern(selector, 'i');
  return producers.findLast(({ name }) => expression?.test(name));
}

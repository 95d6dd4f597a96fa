import { type Random, seededRandom } from '../learn/seeded-random.ts';

export interface IsolationForestOptions {
  readonly seed: number;
  readonly trees?: number;
  /** Points that each tree is grown from. */
  readonly sample?: number;
}

/**
 * Isolation forest (Liu, Ting, Zhou 2008): a point that random cuts separate from the others after few
 * cuts is an outlier. The same points and seed give the same forest.
 *
 *   node:  feature i16 (-1: leaf) | cut f64 | left i32 | right i32 | leaf: depth + c(points in it)
 */
export class IsolationForest {
  readonly #trees: readonly Tree[];
  readonly #expected: number;

  private constructor(trees: readonly Tree[], sample: number) {
    this.#trees = trees;
    this.#expected = averageDepth(sample);
  }

  /** `points`: rows of equal length; at least 2. */
  static fit(points: readonly Float64Array[], options: IsolationForestOptions): IsolationForest {
    const { seed, trees = 64, sample = 256 } = options;
    const random = seededRandom(seed);
    const size = Math.min(sample, points.length);
    if (size < 2) throw new Error(`an isolation forest needs at least 2 points, not ${size}`);
    const grown = Array.from({ length: trees }, () => growTree(draw(points, size, random), random));
    return new IsolationForest(grown, size);
  }

  /** Above 0 and at most 1: about 0.5 for what is like everything else, towards 1 for outliers. */
  score(point: Float64Array): number {
    let depth = 0;
    for (const tree of this.#trees) depth += depthOf(tree, point);
    return 2 ** (-depth / this.#trees.length / this.#expected);
  }
}

interface Tree {
  readonly features: Int16Array;
  readonly cuts: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

function draw(points: readonly Float64Array[], size: number, random: Random): Float64Array[] {
  const order = Uint32Array.from(points, (_, at) => at);
  for (let at = 0; at < size; at++) {
    const other = at + Math.floor(random() * (order.length - at));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return Array.from(order.subarray(0, size), (at) => points[at]!);
}

function growTree(points: readonly Float64Array[], random: Random): Tree {
  const nodes = 2 * points.length;
  const tree: Tree = {
    features: new Int16Array(nodes).fill(-1),
    cuts: new Float64Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
  };
  const deepest = Math.ceil(Math.log2(points.length));
  let used = 0;
  const grow = (own: readonly Float64Array[], depth: number): number => {
    const node = used++;
    const cut = depth < deepest && own.length > 1 ? chooseCut(own, random) : null;
    if (cut === null) {
      tree.cuts[node] = depth + averageDepth(own.length);
      return node;
    }
    tree.features[node] = cut.feature;
    tree.cuts[node] = cut.at;
    tree.left[node] = grow(
      own.filter((point) => point[cut.feature]! < cut.at),
      depth + 1,
    );
    tree.right[node] = grow(
      own.filter((point) => !(point[cut.feature]! < cut.at)),
      depth + 1,
    );
    return node;
  };
  grow(points, 0);
  return tree;
}

/** A random place within the range of a random feature that has one; null when all points are alike. */
function chooseCut(points: readonly Float64Array[], random: Random) {
  const ranges: { feature: number; low: number; high: number }[] = [];
  for (let feature = 0; feature < points[0]!.length; feature++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const point of points) {
      low = Math.min(low, point[feature]!);
      high = Math.max(high, point[feature]!);
    }
    if (low < high) ranges.push({ feature, low, high });
  }
  const range = ranges[Math.floor(random() * ranges.length)];
  if (range === undefined) return null;
  // Never `low` itself: that would leave one side empty.
  return { feature: range.feature, at: range.high - random() * (range.high - range.low) };
}

function depthOf({ features, cuts, left, right }: Tree, point: Float64Array): number {
  let node = 0;
  while (features[node]! >= 0) {
    node = point[features[node]!]! < cuts[node]! ? left[node]! : right[node]!;
  }
  return cuts[node]!;
}

/** Mean depth at which one of so many points stands alone. */
function averageDepth(points: number): number {
  if (points <= 1) return 0;
  if (points === 2) return 1;
  return 2 * (Math.log(points - 1) + 0.5772156649) - (2 * (points - 1)) / points;
}

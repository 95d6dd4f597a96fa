import type { RequestValue } from '../values/request-value.ts';
import { splitRequest } from '../values/split-request.ts';
import { CountMinSketch, hashText } from './count-min-sketch.ts';
import { type Observation, sourceOf, timeOf } from './observation.ts';
import { ParameterModel, type ValueOddity } from './parameter-model.ts';
import { RecentMap } from './recent-map.ts';
import { routeOf } from './route-of.ts';

export interface NormalTrafficOptions {
  readonly maxParameters?: number;
  readonly maxRoutes?: number;
  readonly sketchWidth?: number;
  /** Requests from one source that are learned in one window, beside its share. */
  readonly perSource?: number;
}

/** What is odd about a request, given what traffic is like. */
export interface RequestOddity {
  /** The oddest value, if any could be judged. */
  readonly value: (ValueOddity & { readonly where: string }) | null;
  /** Names of parameters that the route never has, as a share of those it has now. */
  readonly unknownNames: readonly string[];
  readonly unknownRoute: boolean;
  /**
   * How odd the path reads, or a value of a parameter that is not known well, 0..1: what is new on a site
   * reads oddly as well.
   */
  readonly unfamiliar: number;
  /** Bits per trigram of the most surprising value, for other detectors. */
  readonly surprise: number;
}

const ENOUGH_FOR_PARAMETER = 30;
const ENOUGH_FOR_ROUTE = 30;
const WINDOW_MS = 3_600_000;
/** Of what is learned in a window no source may give more than this share, once that is more than `perSource`. */
const SOURCE_SHARE = 0.02;
/** After so many requests everything that was learned before weighs half. */
const HALF_LIFE_REQUESTS = 200_000;
const MAX_VALUES = 64;

/**
 * Models of normal traffic: for each route the parameters it has, for each parameter what its values look
 * like. Memory is bounded by the options, whatever arrives. One source can move the models only a little.
 */
export class NormalTraffic {
  readonly #sketch: CountMinSketch;
  readonly #parameters: RecentMap<string, ParameterModel>;
  readonly #routes: RecentMap<string, { requests: number }>;
  readonly #learnedFrom = new RecentMap<string, number>(20_000);
  readonly #perSource: number;
  #window = 0;
  #learnedInWindow = 0;
  #learned = 0;

  constructor(options: NormalTrafficOptions = {}) {
    this.#sketch = new CountMinSketch(options.sketchWidth ?? 1 << 18, 4);
    this.#parameters = new RecentMap(options.maxParameters ?? 4_000);
    this.#routes = new RecentMap(options.maxRoutes ?? 1_000);
    this.#perSource = options.perSource ?? 40;
  }

  /** Requests learned from since the beginning. */
  get learned(): number {
    return this.#learned;
  }

  get sizes() {
    return {
      parameters: this.#parameters.size,
      routes: this.#routes.size,
      sources: this.#learnedFrom.size,
      sketchBytes: this.#sketch.bytes,
    };
  }

  /** Learns from a request that is believed normal; false when its source has had its share already. */
  learn(observation: Observation): boolean {
    if (!this.#mayLearnFrom(sourceOf(observation), timeOf(observation))) return false;
    const { request } = observation.recorded;
    const route = routeOf(request.method, request.uri);
    this.#routes.getOrMake(route, () => ({ requests: 0 })).requests += 1;
    for (const value of valuesOf(observation)) {
      for (const name of [parameterName(route, value), anyParameter(value)]) {
        const make = () => new ParameterModel(hashText(name), this.#sketch);
        this.#parameters.getOrMake(name, make).learn(value.text);
      }
    }
    this.#learned += 1;
    if (this.#learned % HALF_LIFE_REQUESTS === 0) this.#decay(0.5);
    return true;
  }

  judge(observation: Observation): RequestOddity {
    const { request } = observation.recorded;
    const route = routeOf(request.method, request.uri);
    const known = this.#routes.peek(route)?.requests ?? 0;
    const unknownNames: string[] = [];
    let oddest: RequestOddity['value'] = null;
    let surprise = 0;
    let unfamiliar = 0;
    for (const value of valuesOf(observation)) {
      const own = this.#parameters.peek(parameterName(route, value));
      if (own === undefined && known >= ENOUGH_FOR_ROUTE && isNamed(value)) {
        unknownNames.push(value.name.slice(0, 64));
      }
      const model = this.#modelFor(own, value);
      if (model === undefined) continue;
      surprise = Math.max(surprise, model.surpriseOf(value.text));
      const oddity = model.judge(value.text);
      const isFamiliar = model === own && value.target !== 'path';
      if (!isFamiliar) unfamiliar = Math.max(unfamiliar, oddity.length, oddity.surprise);
      const where = `${value.target} ${value.name}`.trim();
      const found = { ...oddity, ...(isFamiliar ? {} : { length: 0, surprise: 0 }), where };
      if (oddest === null || total(found) > total(oddest)) oddest = found;
    }
    const unknownRoute = known === 0 && this.#learned >= 10 * ENOUGH_FOR_ROUTE;
    return { value: oddest, unknownNames, unknownRoute, unfamiliar, surprise };
  }

  /** The model of the parameter; of all parameters of its kind when it is not known well enough. */
  #modelFor(own: ParameterModel | undefined, value: RequestValue): ParameterModel | undefined {
    if (own !== undefined && own.values >= ENOUGH_FOR_PARAMETER) return own;
    const any = this.#parameters.peek(anyParameter(value));
    return any !== undefined && any.values >= 10 * ENOUGH_FOR_PARAMETER ? any : undefined;
  }

  #mayLearnFrom(source: string, at: number): boolean {
    const window = Math.floor(at / WINDOW_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#learnedInWindow = 0;
    }
    const key = `${window} ${source}`;
    const before = this.#learnedFrom.get(key) ?? 0;
    const allowed = Math.max(this.#perSource, SOURCE_SHARE * this.#learnedInWindow);
    if (before >= allowed) return false;
    this.#learnedFrom.set(key, before + 1);
    this.#learnedInWindow += 1;
    return true;
  }

  #decay(factor: number): void {
    this.#sketch.decay(factor);
    for (const model of this.#parameters.values()) model.decay(factor);
    for (const route of this.#routes.values()) route.requests *= factor;
  }
}

function total({ length, surprise, classes }: ValueOddity): number {
  return length + surprise + classes;
}

/** Values whose content was left out on purpose say nothing. */
function valuesOf({ recorded }: Observation): readonly RequestValue[] {
  const missing = new Set(recorded.missing ?? []);
  return splitRequest(recorded.request)
    .slice(0, MAX_VALUES)
    .filter(({ target, name }) => !missing.has(`${target.replace('.*', '')}[${name}]`));
}

/** Headers and cookies mean the same on every route. */
function parameterName(route: string, { target, name }: RequestValue): string {
  const shared = target === 'headers.*' || target === 'cookies.*';
  return `${shared ? '' : route} ${target} ${name.slice(0, 128)}`;
}

function anyParameter({ target }: RequestValue): string {
  return `any ${target}`;
}

function isNamed({ target, name }: RequestValue): boolean {
  return name !== '' && target !== 'headers.*' && target !== 'cookies.*';
}

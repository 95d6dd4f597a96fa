import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import { type Random, seededRandom } from '../learn/seeded-random.ts';
import { RecentMap } from '../suspicion/recent-map.ts';
import { routeOf } from '../suspicion/route-of.ts';

/** A request that takes a place of the pool, and perhaps the one that was there. */
export interface PoolChange {
  readonly place: number;
  readonly request: RecordedRequest;
}

interface Route {
  readonly places: number[];
  offered: number;
}

const MAX_ROUTES = 1_000;
/** Bodies are cut: the pool is kept in memory. */
const MAX_BODY_BYTES = 8_192;

/**
 * Benign requests of every route, of each a fair sample of all that were seen (reservoir sampling): a busy
 * route cannot crowd out the others, a flood cannot wash out what came before. Bounded by `capacity`.
 */
export class BenignReservoir {
  readonly #capacity: number;
  readonly #random: Random;
  readonly #routes = new RecentMap<string, Route>(MAX_ROUTES);
  readonly #owners: Route[] = [];

  constructor(capacity: number, seed: number) {
    this.#capacity = capacity;
    this.#random = seededRandom(seed);
  }

  get size(): number {
    return this.#owners.length;
  }

  /** The place that the request takes, or null when it is not taken. */
  offer(request: RecordedRequest): PoolChange | null {
    const { method, uri, body } = request.request;
    if (body !== null && body.length > MAX_BODY_BYTES) return null;
    const route = this.#routes.getOrMake(routeOf(method, uri), () => ({ places: [], offered: 0 }));
    route.offered += 1;
    const place = this.#placeFor(route);
    return place === null ? null : { place, request };
  }

  #placeFor(route: Route): number | null {
    if (this.#owners.length < this.#capacity) {
      this.#owners.push(route);
      route.places.push(this.#owners.length - 1);
      return this.#owners.length - 1;
    }
    const largest = this.#routeOfRandomPlace();
    if (largest !== route && largest.places.length > route.places.length + 1) {
      // A route with less than its share takes a place of one with more.
      const at = Math.floor(this.#random() * largest.places.length);
      const place = largest.places[at]!;
      largest.places[at] = largest.places.at(-1)!;
      largest.places.pop();
      route.places.push(place);
      this.#owners[place] = route;
      return place;
    }
    const chosen = Math.floor(this.#random() * route.offered);
    return chosen < route.places.length ? route.places[chosen]! : null;
  }

  /** Routes are met in proportion to the places they have. */
  #routeOfRandomPlace(): Route {
    return this.#owners[Math.floor(this.#random() * this.#owners.length)]!;
  }
}

/**
 * Takes each of a sequence with the same probability, without asking for a random number each time: it
 * draws how many to leave out until the next one. Nobody outside can tell which will be taken.
 */
export class RandomSkips {
  readonly #rate: number;
  readonly #random: () => number;
  #left: number;

  /** `rate`: 0 takes none, 1 all. `random`: in [0, 1). */
  constructor(rate: number, random: () => number) {
    this.#rate = rate;
    this.#random = random;
    this.#left = this.#draw();
  }

  take(): boolean {
    this.#left -= 1;
    if (this.#left > 0) return false;
    this.#left = this.#draw();
    return true;
  }

  /** Geometrically distributed, from 1 on. */
  #draw(): number {
    if (this.#rate >= 1) return 1;
    if (this.#rate <= 0) return Number.POSITIVE_INFINITY;
    return Math.floor(Math.log1p(-this.#random()) / Math.log1p(-this.#rate)) + 1;
  }
}

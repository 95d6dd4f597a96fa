const MAX_NAMED = 64;

/** The targets of which an event does not hold what the client sent; `*` at the end: more than can be named. */
export class MissingTargets {
  readonly #named = new Set<string>();

  readonly add = (target: string): void => {
    if (this.#named.size < MAX_NAMED) this.#named.add(target);
    else this.#named.add('*');
  };

  list(): string[] {
    return [...this.#named];
  }
}

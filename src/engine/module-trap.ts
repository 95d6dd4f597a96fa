/**
 * A module failed while it inspected a request. Its instance is spent: memory and globals may be
 * half-changed, so the next request needs a fresh one.
 * `budget`: it ran out of fuel; `trap`: everything else, invalid answers included.
 */
export class ModuleTrap extends Error {
  readonly kind: 'trap' | 'budget';

  constructor(kind: 'trap' | 'budget', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModuleTrap';
    this.kind = kind;
  }
}

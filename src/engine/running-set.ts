import type { SignatureState } from '../artifact/signature.ts';
import type { ActiveModule, ModuleSet } from './module-slot.ts';
import type { RecoveringInspector } from './recovering-inspector.ts';
import type { ResponseInspection } from './verdict.ts';

/** A module that judges requests, with the means to do it. */
export interface RunningModule extends ActiveModule {
  readonly inspector: RecoveringInspector;
  readonly signature: SignatureState;
}

/**
 * An immutable list of modules in the order they run, and how many requests hold it. A request that
 * holds it keeps its instances alive, however many swaps come meanwhile.
 */
export class RunningSet implements ModuleSet {
  readonly generation: number;
  readonly modules: readonly RunningModule[];
  readonly inspects_response: ResponseInspection;
  private holders = 0;
  private onDrained: (() => void) | null = null;

  constructor(generation: number, modules: readonly RunningModule[]) {
    this.generation = generation;
    this.modules = Object.freeze([...modules].sort(byOrder));
    this.inspects_response = mostOf(this.modules);
  }

  find(name: string): RunningModule | undefined {
    return this.modules.find((module) => module.name === name);
  }

  /** Whether no request holds it. */
  get idle(): boolean {
    return this.holders === 0;
  }

  acquire(): this {
    this.holders++;
    return this;
  }

  release(): void {
    if (this.holders === 0) throw new Error('a module set was released more often than acquired');
    this.holders--;
    if (this.holders === 0) this.onDrained?.();
  }

  /** Called once, when the set is no longer current: tells when its last request has ended. */
  retire(onDrained: () => void): void {
    this.onDrained = onDrained;
    if (this.holders === 0) onDrained();
  }
}

function mostOf(modules: readonly ActiveModule[]): ResponseInspection {
  const looksAt = (part: ResponseInspection) =>
    modules.some(({ inspects_response }) => inspects_response === part);
  if (looksAt('body')) return 'body';
  return looksAt('headers') ? 'headers' : 'none';
}

function byOrder(a: ActiveModule, b: ActiveModule): number {
  return a.order - b.order || (a.name < b.name ? -1 : 1);
}

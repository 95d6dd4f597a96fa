import { LIMITS } from '../config/limits.ts';
import { encodeJsonContext } from './encode-json-context.ts';
import { FUEL_EXPORT, START_EXPORT } from './metering/inject-metering.ts';
import { ModuleTrap } from './module-trap.ts';
import type { Instance } from './recovering-inspector.ts';
import type { ActionCode, Explanation, InspectionRequest } from './verdict.ts';

const PAGE = 65_536;
/** Where hosts of this ABI write the request. */
const REQUEST_OFFSET = 0;

type AbiFunction = (pointer: number, length: number) => unknown;

/**
 * One instance of a metered module of unknown origin. It gets the JSON RequestContext at offset 0
 * and a full tank before each call; it can neither run longer than its fuel nor grow beyond its
 * declared memory. After a throw the instance must not be used again.
 */
export class ForeignInstance implements Instance {
  /** A foreign module tells its action and nothing else. */
  readonly matchCount = 0;
  readonly unreadable = false;
  readonly budgetExhausted = false;
  private readonly memory: WebAssembly.Memory;
  private readonly fuel: WebAssembly.Global;
  private readonly inspectRequest: AbiFunction;
  private readonly fuelLimit: number;
  private readonly firstPages: number;
  private readonly maxPages: number;
  private action: ActionCode = 0;

  /**
   * Instantiates a module that `injectMetering` made and runs its start function.
   * `fuelLimit`: instructions for the start function, and for each request.
   * `maxPages`: the declared maximum of its memory.
   * Throws `ModuleTrap` when a segment lies outside, or the start function traps or runs out of fuel.
   */
  constructor(metered: WebAssembly.Module, fuelLimit: number, maxPages: number) {
    const { exports } = instantiate(metered);
    this.memory = exports.memory as WebAssembly.Memory;
    this.fuel = exports[FUEL_EXPORT] as WebAssembly.Global;
    this.inspectRequest = exports.inspect_request as AbiFunction;
    this.fuelLimit = fuelLimit;
    this.maxPages = maxPages;
    this.firstPages = this.pages;
    const start = exports[START_EXPORT] as AbiFunction | undefined;
    if (start !== undefined) this.onFullTank('the start function', start);
  }

  inspect(request: InspectionRequest): ActionCode {
    const json = encodeJsonContext(request, LIMITS.upload.foreign_body_bytes);
    this.write(json);
    const action = this.onFullTank('inspect_request', this.inspectRequest, json.length);
    if (action !== 0 && action !== 1 && action !== 2 && action !== 3) {
      throw new ModuleTrap('trap', `inspect_request returned the invalid action ${action}`);
    }
    this.action = action;
    return action;
  }

  explain(): Explanation {
    return {
      action: this.action,
      rule: null,
      reason: this.action === 0 ? 'no-match' : 'rule',
      matches: [],
      score: {},
      steps: this.steps,
    };
  }

  /** Instructions of the last request. */
  get steps(): number {
    return this.fuelLimit - this.fuel.value;
  }

  /**
   * True when the memory has grown to its maximum: a module that only ever allocates would trap at
   * the next request, so a fresh instance should take over before.
   */
  get worn(): boolean {
    return this.pages === this.maxPages && this.pages > this.firstPages;
  }

  private get pages(): number {
    return this.memory.buffer.byteLength / PAGE;
  }

  private write(json: Uint8Array): void {
    const missing = REQUEST_OFFSET + json.length - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch (cause) {
        const text = `a request of ${json.length} bytes does not fit its memory of at most ${this.maxPages} pages`;
        throw new ModuleTrap('trap', text, { cause });
      }
    }
    new Uint8Array(this.memory.buffer).set(json, REQUEST_OFFSET);
  }

  private onFullTank(name: string, call: AbiFunction, length = 0): unknown {
    this.fuel.value = this.fuelLimit;
    try {
      return call(REQUEST_OFFSET, length);
    } catch (cause) {
      if (this.fuel.value < 0) {
        const text = `${name} ran out of fuel after ${this.fuelLimit} instructions`;
        throw new ModuleTrap('budget', text, { cause });
      }
      throw new ModuleTrap('trap', `${name} trapped: ${messageOf(cause)}`, { cause });
    }
  }
}

function instantiate(metered: WebAssembly.Module): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(metered);
  } catch (cause) {
    throw new ModuleTrap('trap', `instantiation failed: ${messageOf(cause)}`, { cause });
  }
}

/** V8's text without its prefix and without the details that only some versions of it give. */
function messageOf(error: unknown): string {
  return (error as Error).message
    .replace(/^WebAssembly\.\w+\(\): /, '')
    .replace(/^data segment \d+ is out of bounds.*/, 'data segment is out of bounds');
}

import { readArtifact } from '../../../src/artifact/read-artifact.ts';
import { generateSigningKey, trustOf } from '../../../src/artifact/signing-key.ts';
import { ForeignInstance } from '../../../src/engine/foreign-instance.ts';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import { injectMetering } from '../../../src/engine/metering/inject-metering.ts';
import type { ModuleLoader } from '../../../src/engine/module-loader.ts';
import {
  createModuleSlots,
  type ModuleSlots,
  type ModuleSlotsOptions,
} from '../../../src/engine/module-slots.ts';
import { RecoveringInspector } from '../../../src/engine/recovering-inspector.ts';
import type { SlotActivation, StageRequest } from '../../../src/engine/staged-module.ts';
import { requestOf } from './requests.ts';

export const FUEL_LIMIT = 100_000;
export const KEY = generateSigningKey();
/** Trusts KEY, and takes what is not signed. */
export const OPEN: StageRequest = { trustedKeys: trustOf(KEY), requireSignature: false };

/** Real modules without the thread of the real loader, for tests that are not about loading. */
const inProcess: ModuleLoader = {
  async load({ bytes }, timer) {
    const artifact = await timer.measure('verify', () => readArtifact(bytes));
    const metered = new WebAssembly.Module(injectMetering(new Uint8Array(bytes)));
    const create = () => new ForeignInstance(metered, FUEL_LIMIT, 4);
    const inspector = new RecoveringInspector(create, create());
    return { artifact, signature: { state: 'unsigned' }, foreign: true, inspector };
  },
};

/** Slots at the time 1000 that keep two previous versions. */
export function slotsWith(options: Partial<ModuleSlotsOptions> = {}): ModuleSlots {
  const fixed = { keepPrevious: 2, fuelLimit: FUEL_LIMIT, now: () => 1000 };
  return createModuleSlots({ ...fixed, loader: inProcess, ...options });
}

/** Stages and activates. */
export async function run(
  slots: ModuleSlots,
  name: string,
  bytes: Uint8Array,
  request: Partial<StageRequest> = {},
): Promise<SlotActivation> {
  return slots.activate(await slots.stage(name, bytes, { ...OPEN, ...request }));
}

/** What the current set does with a plain request. */
export function actionOf(slots: ModuleSlots): number {
  return inspectWithSet(slots.current(), requestOf()).action;
}

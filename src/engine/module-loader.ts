import { invalidModule } from '../artifact/artifact-error.ts';
import { runInSlices } from '../artifact/pieces.ts';
import {
  type ParsedArtifact,
  readArtifactInPieces,
  type SecbeatArtifact,
} from '../artifact/read-artifact.ts';
import { type SignatureState, verifySignatureAside } from '../artifact/signature.ts';
import type { TrustedKeys } from '../artifact/signing-key.ts';
import { type CompiledEngines, createCompiledEngines } from './compiled-engines.ts';
import { EngineError } from './engine-error.ts';
import { ForeignInstance } from './foreign-instance.ts';
import type { PhaseTimer } from './phase-timer.ts';
import { probeInPieces } from './probe-inspector.ts';
import { probeModule } from './probe-module.ts';
import { RecoveringInspector } from './recovering-inspector.ts';
import { WafInstance } from './waf-instance.ts';

export interface LoadRequest {
  /** Must stay as they are until the module is loaded. */
  readonly bytes: Uint8Array;
  readonly trustedKeys: TrustedKeys;
  /** Refuse what no trusted key has signed. */
  readonly requireSignature: boolean;
  readonly signal: AbortSignal;
}

/** A module that passed every check and is ready to judge requests. */
export interface LoadedModule {
  readonly artifact: ParsedArtifact;
  readonly signature: SignatureState;
  /** Runs metered, on the JSON context, and explains nothing. */
  readonly foreign: boolean;
  readonly inspector: RecoveringInspector;
}

export interface ModuleLoader {
  /** Throws `ArtifactError` or `EngineError`; adds the phases verify, stage and probe to the timer. */
  load(request: LoadRequest, timer: PhaseTimer): Promise<LoadedModule>;
}

export interface ModuleLoaderOptions {
  /** Instructions that a foreign module may execute for one request. */
  readonly fuelLimit: number;
  /**
   * `sha256:<hex>` of engines that are trusted without a signature, such as the one this package
   * ships. The rule program is data that the engine checks, so it needs no signature for safety.
   */
  readonly trustedEngines?: ReadonlySet<string>;
  /** Whether an artifact of ours answers the sample requests before it serves. Foreign modules always do. */
  readonly probeOwn?: boolean;
}

/**
 * Verify, compile, instantiate, probe. An artifact of ours runs as it is: its engine is compiled once
 * per engine digest and gets the rule program as data. Anything else first runs in another thread.
 * The thread that calls goes on serving: what is not done aside is done a slice per turn of its loop.
 */
export function createModuleLoader(options: ModuleLoaderOptions): ModuleLoader {
  const { fuelLimit, trustedEngines = new Set(), probeOwn = true } = options;
  const engines = createCompiledEngines();

  return {
    async load(request, timer) {
      const { artifact, signature } = await timer.measure('verify', () => verify(request));
      const own =
        artifact.kind === 'secbeat' &&
        (signature.state === 'trusted' || trustedEngines.has(artifact.manifest.engine_digest));
      const inspector = own
        ? await loadOwn(artifact, engines, probeOwn, request.signal, timer)
        : await loadForeign(artifact, fuelLimit, request.signal, timer);
      return { artifact, signature, foreign: !own, inspector };
    },
  };
}

async function verify({ bytes, trustedKeys, requireSignature, signal }: LoadRequest): Promise<{
  artifact: ParsedArtifact;
  signature: SignatureState;
}> {
  const artifact = await runInSlices(readArtifactInPieces(bytes), signal);
  const signature = await verifySignatureAside(artifact, trustedKeys);
  if (signature.state === 'invalid') {
    throw invalidModule('WAF_ERR_ARTIFACT_SIGNATURE', 'signature does not match');
  }
  if (requireSignature && signature.state !== 'trusted') {
    const why = signature.key_id ? `signed by the unknown key ${signature.key_id}` : 'not signed';
    throw new EngineError(
      'WAF_ERR_ENGINE_SIGNATURE_REQUIRED',
      `Invalid WASM module: ${why}, a trusted signature is required`,
    );
  }
  return { artifact, signature };
}

async function loadOwn(
  { manifest, engine, program }: SecbeatArtifact,
  engines: CompiledEngines,
  probe: boolean,
  signal: AbortSignal,
  timer: PhaseTimer,
): Promise<RecoveringInspector> {
  const { module, first } = await timer.measure('stage', async () => {
    const module = await engines.compile(manifest.engine_digest, engine);
    return { module, first: await WafInstance.stage(module, manifest, program, signal) };
  });
  if (probe) await timer.measure('probe', () => runInSlices(probeInPieces(first), signal));
  return new RecoveringInspector(() => WafInstance.instantiate(module, manifest, program), first);
}

async function loadForeign(
  { bytes, shape }: ParsedArtifact,
  fuelLimit: number,
  signal: AbortSignal,
  timer: PhaseTimer,
): Promise<RecoveringInspector> {
  const maxPages = shape.memory.max!;
  const job = { bytes: new Uint8Array(bytes), fuelLimit, maxPages };
  const { module, timings } = await probeModule(job, signal);
  timer.add('probe', timings.probe);
  const create = () => new ForeignInstance(module, fuelLimit, maxPages);
  const first = await timer.measure('stage', create);
  timer.add('stage', timings.stage);
  return new RecoveringInspector(create, first);
}

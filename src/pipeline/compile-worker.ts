import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { packagePath } from '../config/package-root.ts';
import { buildUniversalWaf } from './build-universal-waf.ts';
import type {
  BuildJob,
  BuildResult,
  CompileAnswer,
  CompileRequest,
  CompileThreadData,
} from './compile-protocol.ts';
import { digestRules, packConfig } from './release-config.ts';
import { createRuleTrial } from './rule-trial.ts';

/** Entry of the compile thread: everything that is too long for the event loop. */
const { signingKey } = workerData as CompileThreadData;
const engine = readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm'));
const checkRules = createRuleTrial(engine);

parentPort?.on('message', (request: CompileRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: CompileRequest): CompileAnswer {
  const { id } = request;
  try {
    const result = request.kind === 'build' ? build(request.job) : checkRules(request.config);
    return { id, result };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { id, error: { message, ...(code === undefined ? {} : { code }) } };
  }
}

function build(job: BuildJob): BuildResult {
  const built = buildUniversalWaf({ ...job, engine, ...(signingKey ? { signingKey } : {}) });
  if (!built.ok) return built;
  return {
    ok: true,
    bytes: built.bytes,
    digest: built.digest,
    contentDigest: built.manifest.content_digest,
    config: packConfig(job.config),
    ruleDigests: digestRules(job.config.rules),
  };
}

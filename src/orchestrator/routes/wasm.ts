import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import { type DeploymentAnswer, deploymentAnswer } from '../answers/deployment-answer.ts';
import { actorOf } from '../authentication.ts';
import { parseJson } from '../json-bodies.ts';
import type { OrchestratorServices } from '../services.ts';
import { assertNodesKnown, parseTarget } from '../target.ts';
import { targetWarnings } from '../target-warnings.ts';
import { parseOrder, readUpload } from '../upload.ts';
import { DEPLOY, RELOAD_FLEET, ROLLBACK, SYNC_VERSIONS } from './wasm-schemas.ts';

interface Rollback {
  Body: { revision?: string; target?: string } | undefined;
}

/** A node aborts a reload after the same time, so every live node has answered by then. */
const ANSWER_TIMEOUT_MS = LIMITS.reload.timeout_ms + 2_000;

/** Artifacts by hand: deploy a module, go back to an earlier release, repair drifted nodes. */
export function wasmRoutes({ releases, settings }: OrchestratorServices) {
  const defaultName = settings.waf.wasm.module.replace(/\.wasm$/, '');

  async function deployModule(request: FastifyRequest): Promise<DeploymentAnswer> {
    const { bytes, fields } = await readUpload(request);
    const target = parseTarget(fields.target);
    await assertNodesKnown(target, releases);
    const view = await releases.deployModule({
      name: fields.name ?? defaultName,
      bytes,
      target,
      actor: actorOf(request),
      timeoutMs: ANSWER_TIMEOUT_MS,
      ...parseOrder(fields.order),
    });
    return deploymentAnswer(view, targetWarnings(target, await releases.nodes()));
  }

  return async (app: FastifyInstance): Promise<void> => {
    parseJson(app);

    app.post('/api/v1/wasm/reload-fleet', RELOAD_FLEET, async (request) => deployModule(request));

    app.post('/api/v1/wasm/deploy', DEPLOY, async (request) => deployModule(request));

    app.post<Rollback>('/api/v1/wasm/rollback', ROLLBACK, async (request) => {
      const { revision, target: text } = request.body ?? {};
      const target = parseTarget(text);
      await assertNodesKnown(target, releases);
      const view = await releases.rollback({
        target,
        actor: actorOf(request),
        ...(revision === undefined ? {} : { revision }),
      });
      return {
        ...deploymentAnswer(view, targetWarnings(target, await releases.nodes())),
        rolled_back_to: view.restores ?? revision,
        reason: 'Manual rollback',
      };
    });

    app.post('/api/v1/wasm/sync-versions', SYNC_VERSIONS, async () =>
      releases.syncVersions(ANSWER_TIMEOUT_MS),
    );
  };
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Activation } from '../data-plane/data-plane.ts';
import { AdminError } from './admin-error.ts';
import type { AdminServices } from './admin-services.ts';
import { errorAnswer } from './answer-error.ts';
import { createRequires } from './requires.ts';
import { readUpload } from './upload.ts';
import { schemas } from './wasm-schemas.ts';

/** Modules on this node: upload, list, roll back, and what became of earlier reloads. */
export function wasmRoutes(services: AdminServices) {
  const { auth, modules, plane, journal, defaultModule } = services;
  const requires = createRequires(auth);
  const read = requires('read');
  const deploy = requires('deploy');
  const config = { reportsSuccess: true };

  /** The documented failure: what went wrong, and that the old version goes on. */
  const failed = (error: Error, name: string, request: FastifyRequest, reply: FastifyReply) => {
    const { status, ...body } = errorAnswer(error);
    if (status >= 500) request.log.error({ err: error }, 'reload failed');
    const current = modules.running.get(name)?.revision ?? null;
    const serving = current === null ? 'nothing_serving' : `still_serving_${current}`;
    return reply
      .code(status)
      .send({ success: false, ...body, current_version: current, status: serving });
  };

  const upload = (message: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    let name = defaultModule;
    try {
      const bytes = await readUpload(request, (given) => {
        name = given;
      });
      const activation = await modules.upload(name, bytes);
      return { success: true, message, ...loaded(activation) };
    } catch (error) {
      return failed(error as Error, name, request, reply);
    }
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.post(
      '/api/v1/wasm/reload',
      { onRequest: deploy, schema: schemas.reload, config },
      upload('Module reloaded'),
    );
    app.post(
      '/api/v1/wasm/load',
      { onRequest: deploy, schema: schemas.load, config },
      upload('Module loaded successfully'),
    );

    app.get('/api/v1/wasm/modules', { onRequest: read, schema: schemas.modules }, async () => ({
      modules: plane.modules().map((module) => ({
        name: module.name,
        size: module.size,
        loaded_at: timestamp(module.loadedAt),
        version: module.revision,
        semver: module.semver,
        digest: module.digest,
        order: module.order,
        metered: module.foreign,
        origin: modules.running.get(module.name)?.origin ?? null,
        rules: module.manifest?.rules.length ?? null,
      })),
    }));

    app.get<{ Querystring: { name?: string } }>(
      '/api/v1/wasm/version',
      { onRequest: read, schema: schemas.version },
      async ({ query: { name = defaultModule } }) => {
        const module = plane.modules().find((one) => one.name === name);
        if (module === undefined) throw unknownModule(name);
        return {
          name,
          version: module.revision,
          semver: module.semver,
          loaded_at: timestamp(module.loadedAt),
          previous_version: plane.previous(name)?.revision ?? null,
          size_bytes: module.size,
          digest: module.digest,
          origin: modules.running.get(name)?.origin ?? null,
        };
      },
    );

    app.post<{ Querystring: { name?: string } }>(
      '/api/v1/wasm/rollback',
      { onRequest: deploy, schema: schemas.rollback, config },
      async (request, reply) => {
        const { name = defaultModule } = request.query;
        try {
          const { module, downtime_ms } = await modules.rollback(name);
          const reason = 'Manual rollback';
          return { success: true, rolled_back_to: module?.revision ?? null, reason, downtime_ms };
        } catch (error) {
          return failed(error as Error, name, request, reply);
        }
      },
    );

    app.delete<{ Params: { name: string } }>(
      '/api/v1/wasm/modules/:name',
      { onRequest: deploy, schema: schemas.remove, config },
      async (request, reply) => {
        const { name } = request.params;
        try {
          assertRemovable(name, services);
          const removed_version = modules.running.get(name)?.revision ?? null;
          const { downtime_ms } = await modules.remove(name);
          return { success: true, name, removed_version, downtime_ms };
        } catch (error) {
          return failed(error as Error, name, request, reply);
        }
      },
    );

    app.get('/api/v1/wasm/history', { onRequest: read, schema: schemas.history }, async () => ({
      reloads: journal.reloads,
    }));

    app.get('/api/v1/wasm/errors', { onRequest: read, schema: schemas.errors }, async () => ({
      errors: journal.failures.map(({ timestamp, module, version, origin, error }) => ({
        ...{ timestamp, module, version, origin, ...error },
      })),
    }));
  };
}

function loaded({ module, downtime_ms, requests_during_reload }: Activation) {
  return {
    name: module?.name ?? null,
    version: module?.revision ?? null,
    downtime_ms,
    requests_during_reload,
  };
}

/** Only what a person put here is removed here; the rest would come back with the next look at the fleet. */
function assertRemovable(name: string, { modules, defaultModule }: AdminServices): void {
  if (!modules.running.has(name)) throw unknownModule(name);
  if (name === defaultModule) {
    const hint = 'It enforces the rules: remove those, or use POST /api/v1/wasm/rollback.';
    throw new AdminError(409, 'WAF_ERR_NODE_MODULE_KEPT', `${name} is not removed`, hint);
  }
  if (modules.belongsToFleet(name)) {
    const hint = `DELETE /api/v1/wasm/modules/${name} of the orchestrator takes it off all nodes.`;
    throw new AdminError(409, 'WAF_ERR_NODE_MODULE_KEPT', `the fleet wants ${name} here`, hint);
  }
}

function unknownModule(name: string): AdminError {
  const hint = 'GET /api/v1/wasm/modules lists what runs.';
  return new AdminError(404, 'WAF_ERR_NODE_NOT_FOUND', `no module "${name}" runs here`, hint);
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

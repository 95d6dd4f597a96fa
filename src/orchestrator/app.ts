import multipart from '@fastify/multipart';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { LIMITS } from '../config/limits.ts';
import { VERSION } from '../config/package-version.ts';
import { requireRoles } from './authentication.ts';
import { answerError } from './error-reply.ts';
import { describeRoutes } from './openapi/openapi.ts';
import { isChange, limitRates } from './rate-limits.ts';
import { candidateRoutes } from './routes/candidates.ts';
import { feedbackRoutes } from './routes/feedback.ts';
import { healthRoutes } from './routes/health.ts';
import { killSwitchRoutes } from './routes/kill-switch.ts';
import { moduleRoutes } from './routes/modules.ts';
import { nodeRoutes } from './routes/nodes.ts';
import { policyRoutes } from './routes/policy.ts';
import { releaseRoutes } from './routes/releases.ts';
import { ruleDeploymentRoutes } from './routes/rule-deployment.ts';
import { ruleRoutes } from './routes/rules.ts';
import { scaleRoutes } from './routes/scale.ts';
import { threatRoutes } from './routes/threats.ts';
import { tuningRoutes } from './routes/tuning.ts';
import { wasmRoutes } from './routes/wasm.ts';
import type { OrchestratorServices } from './services.ts';
import { answerUnknownRoutes } from './unknown-routes.ts';
import { UPLOAD_LIMITS } from './upload.ts';

const ROUTES = [
  ruleRoutes,
  ruleDeploymentRoutes,
  tuningRoutes,
  policyRoutes,
  wasmRoutes,
  moduleRoutes,
  nodeRoutes,
  threatRoutes,
  scaleRoutes,
  releaseRoutes,
  killSwitchRoutes,
  feedbackRoutes,
  candidateRoutes,
  healthRoutes,
];

/** The HTTP API over its services; not listening yet. */
export async function createApp(services: OrchestratorServices): Promise<FastifyInstance> {
  const { auth, orchestrator } = services.settings;
  const app: FastifyInstance = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.batch.max_body_bytes,
    // Ids may stand percent-encoded in a path, three characters for one.
    routerOptions: { maxParamLength: 3 * LIMITS.rule.max_id_length },
    frameworkErrors: answerError,
    // A client must have sent its request in this time; how long an answer takes is another matter.
    requestTimeout: 60_000,
    forceCloseConnections: 'idle',
    ajv: {
      customOptions: {
        allErrors: true,
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
      },
    },
  });
  // Response schemas are documentation: a field that is not in them must still be sent.
  app.setSerializerCompiler(() => JSON.stringify);

  app.setErrorHandler(answerError);
  answerUnknownRoutes(app);
  logChanges(app);
  const countWrongKey = await limitRates(app, orchestrator.rate_limit_per_minute);
  requireRoles(app, auth, countWrongKey);
  // Forms and JSON are read; the framework would take plain text as well.
  app.removeContentTypeParser('text/plain');
  await app.register(multipart, { limits: UPLOAD_LIMITS });
  await describeRoutes(app, VERSION);
  for (const routes of ROUTES) await app.register(routes(services));
  return app;
}

/** One line per change: who, what, and how it ended. */
function logChanges(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    if (!isChange(request.method)) return;
    request.log.info(
      {
        caller: request.caller?.name ?? null,
        method: request.method,
        path: request.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'change requested',
    );
  });
}

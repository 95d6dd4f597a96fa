import type { FastifyInstance, FastifyReply } from 'fastify';
import { AdminError } from './admin-error.ts';
import type { AdminServices } from './admin-services.ts';
import { createRequires } from './requires.ts';
import { schemas } from './rule-change-schemas.ts';
import type { RuleChanges } from './rule-changes.ts';
import {
  type BlacklistEntry,
  blacklistRule,
  type UriPattern,
  uriPatternRule,
  type WrittenRule,
} from './written-rule.ts';

/** Changes of rules. A node runs only what it has verified, so all of them go to the orchestrator. */
export function ruleChangeRoutes({ auth, nodeId, ruleChanges, now, log }: AdminServices) {
  const onRequest = createRequires(auth)('rules');

  const add = async (
    reply: FastifyReply,
    endpoint: string,
    { id, ...written }: WrittenRule,
    more: object = {},
  ) => {
    const changes = required(ruleChanges, endpoint);
    const created_at = new Date(now()).toISOString();
    const { status, ...added } = await changes.add({ id, ...written });
    log.info({ rule: id, status, release: added.release }, 'a rule was passed on');
    return reply
      .code(status === 'active' ? 201 : 202)
      .send({ id, status, created_at, ...more, ...added });
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.post<{ Body: UriPattern }>(
      '/api/v1/rules',
      { onRequest, schema: schemas.add },
      ({ body }, reply) => add(reply, 'POST /api/v1/rules', uriPatternRule(nodeId, body)),
    );

    app.post<{ Body: BlacklistEntry }>(
      '/api/v1/blacklist',
      { onRequest, schema: schemas.blacklist },
      ({ body }, reply) =>
        add(reply, 'POST /api/v1/rules', blacklistRule(nodeId, body), { ip: body.ip }),
    );

    app.delete<{ Params: { id: string } }>(
      '/api/v1/rules/:id',
      { onRequest, schema: schemas.remove },
      async ({ params: { id } }, reply) => {
        const changes = required(ruleChanges, 'DELETE /api/v1/rules/{id}');
        const { status, release } = await changes.remove(id);
        log.info({ rule: id, status, release }, 'the removal of a rule was passed on');
        return reply.code(status === 'removed' ? 200 : 202).send({ id, status, release });
      },
    );
  };
}

function required(changes: RuleChanges | null, endpoint: string): RuleChanges {
  if (changes !== null) return changes;
  throw new AdminError(
    501,
    'WAF_ERR_NODE_NO_ORCHESTRATOR',
    'this node runs rules but does not make them, and knows no orchestrator to pass the change on to',
    `Use ${endpoint} of the orchestrator, or set node.orchestrator_url and node.orchestrator_key.`,
  );
}

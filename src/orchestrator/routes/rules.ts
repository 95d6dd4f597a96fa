import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import type { Accepted, ListedRule, Refused } from '../../rules/rule-book.ts';
import { releaseLink } from '../answers/release-answer.ts';
import { ruleAnswer } from '../answers/rule-answer.ts';
import { ApiError } from '../api-error.ts';
import { originOf } from '../authentication.ts';
import { refusals } from '../openapi/refusals.ts';
import { isSyntaxFault, sendRefusal } from '../refusal.ts';
import type { OrchestratorServices } from '../services.ts';
import { keepText } from '../text-body.ts';

interface ById {
  Params: { id: string };
}

interface Filtered {
  Querystring: { state?: string; source?: string; tag?: string };
}

/** Rules enter as text, so that every fault can be shown with its line and column. */
export function ruleRoutes({ book }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    keepText(app);

    app.post<{ Body: string }>('/api/v1/rules', ADD, async (request, reply) => {
      const outcome = await book.submit(request.body, originOf(request));
      return outcome.ok ? reply.code(202).send(accepted(outcome)) : sendRefusal(reply, outcome);
    });

    app.post<{ Body: string }>('/api/v1/rules/validate', VALIDATE, async (request) => {
      const { rules, diagnostics } = await book.validate(request.body);
      const faults = diagnostics.filter(({ severity }) => severity !== 'warning');
      return {
        valid: faults.length === 0,
        syntax: !faults.some(isSyntaxFault),
        rules,
        diagnostics,
      };
    });

    app.get<Filtered>('/api/v1/rules', LIST, async ({ query }) => {
      const rules = (await book.list()).filter((listed) => isWanted(listed, query));
      return { rules: rules.map(ruleAnswer), total: rules.length };
    });

    app.get<ById>('/api/v1/rules/:id', GET, async ({ params }) => {
      const listed = await book.get(params.id);
      if (listed === undefined) throw unknownRule(params.id);
      return ruleAnswer(listed);
    });

    app.put<ById & { Body: string }>('/api/v1/rules/:id', REPLACE, async (request, reply) => {
      const outcome = await book.replace(request.params.id, request.body, originOf(request));
      return outcome.ok ? reply.code(202).send(accepted(outcome)) : sendRefusal(reply, outcome);
    });

    app.delete<ById>('/api/v1/rules/:id', REMOVE, async (request, reply) => {
      const outcome = await book.remove(request.params.id, originOf(request));
      return outcome.ok ? reply.code(202).send(accepted(outcome)) : sendRefusal(reply, outcome);
    });
  };
}

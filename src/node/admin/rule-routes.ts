import type { FastifyInstance } from 'fastify';
import type { ManifestRule } from '../../artifact/manifest.ts';
import type { AdminServices } from './admin-services.ts';
import { eventAnswer } from './event-answer.ts';
import { createRequires } from './requires.ts';

const tags = ['rules'];
const number = { type: 'number' } as const;
const listOf = (name: string) =>
  ({
    200: {
      description: name,
      type: 'object',
      additionalProperties: true,
      required: [name],
      properties: { [name]: { type: 'array', items: { type: 'object' } } },
    },
  }) as const;

/** The rules in force on this node and what they did. */
export function ruleRoutes({ auth, plane, now }: AdminServices) {
  const read = createRequires(auth)('read');

  /** Rules of all modules that have not expired; an expired one has stopped to apply by itself. */
  const active = (): { module: string; rule: ManifestRule }[] =>
    plane
      .modules()
      .flatMap(({ name, manifest }) =>
        (manifest?.rules ?? []).map((rule) => ({ module: name, rule })),
      )
      .filter(({ rule }) => rule.expires_at === undefined || Date.parse(rule.expires_at) > now())
      // A rule that tuning puts into shadow mode on some paths is in the table twice.
      .filter(({ module, rule }, i, all) => {
        const before = all[i - 1];
        return before?.rule.id !== rule.id || before.module !== module;
      });

  const totalsByRule = async () => {
    const { rules } = await plane.totals();
    return new Map(rules.map((totals) => [`${totals.module} ${totals.rule}`, totals]));
  };

  return async (app: FastifyInstance): Promise<void> => {
    const listSchema = {
      summary: 'The rules that apply now, in short.',
      tags,
      response: listOf('rules'),
    };
    app.get('/api/v1/rules', { onRequest: read, schema: listSchema }, async () => {
      const totals = await totalsByRule();
      const rules = active().map(({ module, rule: { id, pattern, action } }) => ({
        ...{ id, pattern, action: Object.keys(action)[0] },
        hits: totals.get(`${module} ${id}`)?.hits ?? 0,
      }));
      return { rules, total: rules.length };
    });

    const activeSchema = {
      summary: 'The rules that apply now, with what they did since the node started.',
      tags,
      response: listOf('rules'),
    };
    app.get('/api/v1/rules/active', { onRequest: read, schema: activeSchema }, async () => {
      const totals = await totalsByRule();
      const rules = active().map(({ module, rule }) => {
        const counted = totals.get(`${module} ${rule.id}`);
        return {
          id: rule.id,
          pattern: rule.pattern,
          created_at: rule.created_at ?? null,
          expires_at: rule.expires_at ?? null,
          blocks: counted?.blocks ?? 0,
          hits: counted?.hits ?? 0,
          shadow_hits: counted?.shadow ?? 0,
          mode: rule.mode,
          module,
        };
      });
      return { rules, total: rules.length };
    });

    const statsSchema = {
      summary: 'Sums over the rules that apply now.',
      description: '`false_positive_rate` is 0 as long as nobody reports false positives.',
      tags,
      response: {
        200: {
          description: 'Sums.',
          type: 'object',
          properties: {
            total_dynamic_rules: number,
            active_rules: number,
            total_blocks: number,
            false_positive_rate: number,
          },
        },
      },
    } as const;
    app.get('/api/v1/rules/stats', { onRequest: read, schema: statsSchema }, async () => {
      const { rules, requests } = await plane.totals();
      const applied = active();
      return {
        total_dynamic_rules: applied.filter(({ rule }) => rule.source === 'dynamic').length,
        active_rules: applied.length,
        total_blocks: requests.blocked + requests.rate_limited,
        false_positive_rate: 0,
        total_hits: rules.reduce((sum, { hits }) => sum + hits, 0),
      };
    });

    const countersSchema = {
      summary: 'Refused requests by client address, for the addresses refused last.',
      description: 'Counters are not shared between nodes: `global_count` equals `local_count`.',
      tags,
      response: { 200: { description: 'By address.', type: 'object', additionalProperties: true } },
    } as const;
    app.get('/api/v1/state/counters', { onRequest: read, schema: countersSchema }, async () => {
      const { addresses } = await plane.totals();
      return Object.fromEntries(
        addresses.map(({ address, blocked }) => [
          address,
          { local_count: blocked, global_count: blocked, nodes: {} },
        ]),
      );
    });

    const eventsSchema = {
      summary: 'The last requests in which something was found, newest first.',
      description: 'With `request_id`, the reason for one particular refusal.',
      tags,
      querystring: {
        type: 'object',
        additionalProperties: false,
        properties: {
          limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
          request_id: { type: 'string', maxLength: 128 },
        },
      },
      response: listOf('events'),
    } as const;
    app.get<{ Querystring: { limit: number; request_id?: string } }>(
      '/api/v1/events',
      { onRequest: read, schema: eventsSchema },
      async ({ query: { limit, request_id } }) => {
        const events = await plane.events(request_id === undefined ? limit : 1000);
        const wanted =
          request_id === undefined
            ? events
            : events.filter((event) => event.request_id === request_id);
        return { events: wanted.map(eventAnswer) };
      },
    );
  };
}

import type { FastifyInstance } from 'fastify';
import type { NodeView } from '../../pipeline/releases.ts';
import { nodeAnswer } from '../answers/node-answer.ts';
import { ApiError } from '../api-error.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

/** What the nodes report, and where they differ from the desired state. */
export function nodeRoutes({ releases }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/nodes', LIST, async () => {
      const nodes = [...(await releases.nodes())].sort(byId);
      return { nodes: nodes.map(nodeAnswer) };
    });

    app.get<{ Params: { id: string } }>('/api/v1/nodes/:id', GET, async ({ params }) => {
      const node = (await releases.nodes()).find(({ report }) => report.id === params.id);
      if (node === undefined) throw unknownNode(params.id);
      return nodeAnswer(node);
    });
  };
}

function byId(a: NodeView, b: NodeView): number {
  return a.report.id < b.report.id ? -1 : 1;
}

function unknownNode(id: string): ApiError {
  return new ApiError(
    404,
    'WAF_ERR_API_NODE_UNKNOWN',
    `no node has the id "${id}"`,
    'GET /api/v1/nodes lists every node that has reported.',
  );
}

const tags = ['nodes'];

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'Every node that has ever reported.',
    tags,
    response: {
      200: {
        description: 'The nodes, by id.',
        type: 'object',
        required: ['nodes'],
        properties: { nodes: { type: 'array', items: { $ref: 'Node#' } } },
      },
      ...refusals(503),
    },
  },
} as const;

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'One node.',
    tags,
    params: { type: 'object', properties: { id: { type: 'string' } } },
    response: { 200: { description: 'The node.', $ref: 'Node#' }, ...refusals(404, 503) },
  },
} as const;

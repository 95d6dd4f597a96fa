import type { FastifyInstance } from 'fastify';
import { PipelineError } from '../../pipeline/pipeline-error.ts';
import { promisedRelease, releaseAnswer } from '../answers/release-answer.ts';
import { ApiError } from '../api-error.ts';
import { refusals } from '../openapi/refusals.ts';
import type { OrchestratorServices } from '../services.ts';

interface List {
  Querystring: { limit?: string };
}

interface Get {
  Params: { revision: string };
  Querystring: { wait?: string };
}

const DEFAULT_LIMIT = 20;
const MAX_WAIT_MS = 120_000;

/** What was released, why, and what every node said to it. */
export function releaseRoutes({ releases, ruleDocument }: OrchestratorServices) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<List>('/api/v1/releases', LIST, async ({ query }) => ({
      releases: (await releases.list(Number(query.limit ?? DEFAULT_LIMIT))).map(releaseAnswer),
    }));

    app.get<Get>('/api/v1/releases/:revision', GET, async ({ params, query }) => {
      const waitMs = Math.min(Number(query.wait ?? 0), MAX_WAIT_MS);
      return waitMs === 0 ? current(params.revision) : settled(params.revision, waitMs);
    });
  };

  /** A release that is promised but not published has a link already, so it must not be a 404. */
  async function current(revision: string): Promise<object> {
    const view = await releases.get(revision);
    if (view !== undefined) return releaseAnswer(view);
    const promised = promisedRelease(revision, (await ruleDocument())?.revisions);
    if (promised !== undefined) return promised;
    // It may have been published between the two looks.
    const late = await releases.get(revision);
    if (late !== undefined) return releaseAnswer(late);
    throw unknownRelease(revision);
  }

  async function settled(revision: string, waitMs: number): Promise<object> {
    try {
      return releaseAnswer(await releases.settled(revision, waitMs));
    } catch (error) {
      const known = error instanceof PipelineError && ['timeout', 'unknown'].includes(error.kind);
      if (known) return current(revision);
      throw error;
    }
  }
}

function unknownRelease(revision: string): ApiError {
  return new ApiError(
    404,
    'WAF_ERR_API_RELEASE_UNKNOWN',
    `there is no release ${revision}`,
    'GET /api/v1/releases lists them.',
  );
}

const tags = ['releases'];
const number = { type: 'string', pattern: '^[0-9]{1,9}$' } as const;

const LIST = {
  config: { role: 'read' },
  schema: {
    summary: 'The latest releases, newest first.',
    tags,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        limit: {
          type: 'string',
          pattern: '^([1-9][0-9]{0,2}|1000)$',
          description: `How many, 1 to 1000; default ${DEFAULT_LIMIT}.`,
        },
      },
    },
    response: {
      200: {
        description: 'The releases.',
        type: 'object',
        required: ['releases'],
        properties: { releases: { type: 'array', items: { $ref: 'Release#' } } },
      },
      ...refusals(400, 503),
    },
  },
} as const;

const GET = {
  config: { role: 'read' },
  schema: {
    summary: 'One release, also while it waits in the queue.',
    tags,
    params: {
      type: 'object',
      properties: { revision: { type: 'string', examples: ['v43'] } },
    },
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        wait: {
          ...number,
          description: `Milliseconds to wait until every node has answered, at most ${MAX_WAIT_MS}. A superseded release is then followed to the one that carries its rules.`,
        },
      },
    },
    response: {
      200: { description: 'The release as it is now.', $ref: 'Release#' },
      ...refusals(400, 404, 503),
    },
  },
} as const;

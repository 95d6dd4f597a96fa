import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

/** Answers 404 for unknown paths, and 405 with `Allow` where only the method is wrong. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const methodsByUrl = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByUrl.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    methodsByUrl.set(url, methods);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = [...methodsByUrl].filter(([url]) => pathMatches(url, path));
    if (methods.length === 0) throw unknownPath(request.method, path);
    const allow = [...new Set(methods.flatMap(([, names]) => [...names]))].join(', ');
    reply.header('allow', allow);
    throw new ApiError(
      405,
      'WAF_ERR_API_METHOD',
      `${request.method} is not possible on ${path}`,
      `Use ${allow}.`,
    );
  });
}

/** Whether `path` is an instance of the route `url`, where `:name` stands for one segment. */
function pathMatches(url: string, path: string): boolean {
  const wanted = url.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segment.startsWith(':') || segment === given[index])
  );
}

function unknownPath(method: string, path: string): ApiError {
  return new ApiError(
    404,
    'WAF_ERR_API_ROUTE_UNKNOWN',
    `no endpoint ${method} ${path}`,
    'GET /api/v1/openapi.json lists every endpoint.',
  );
}

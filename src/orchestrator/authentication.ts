import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authenticate, type Caller, permits } from '../config/api-keys.ts';
import type { AuthSettings, Role } from '../config/settings.ts';
import type { Origin } from '../rules/rule-book.ts';
import { ApiError } from './api-error.ts';
import type { WrongKeyCounter } from './rate-limits.ts';
import './route-config.ts';

/**
 * Lets a request through when its key has the role of the route. A route without a role cannot be
 * registered, so that forgetting one never opens it. Unknown paths need no key: they answer 404.
 *
 * A right key is let in however many wrong ones its address has sent: nobody who shares an address with
 * a client that is out of date may be kept from the kill switch.
 */
export function requireRoles(
  app: FastifyInstance,
  auth: AuthSettings,
  countWrongKey: WrongKeyCounter,
): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.role === undefined) throw new Error(`route ${route.url} names no role`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const role = request.routeOptions.config.role ?? 'open';
    if (role === 'open') return;
    const caller = authenticate(request.headers, auth);
    if (caller === null) {
      const waitSeconds = await countWrongKey(request);
      if (waitSeconds !== null) {
        reply.header('retry-after', waitSeconds);
        throw tooManyWrongKeys();
      }
      reply.header('www-authenticate', 'Bearer realm="secbeat"');
      throw unauthorized(auth);
    }
    if (!permits(caller, role)) throw forbidden(caller, role);
    request.caller = caller;
  });
}

/** The origin of a change that came by HTTP: the name of the caller's key. */
export function originOf(request: FastifyRequest): Origin {
  return { actor: actorOf(request), source: 'http' };
}

export function actorOf(request: FastifyRequest): string {
  if (request.caller === null) throw new Error(`${request.url} was reached without a caller`);
  return request.caller.name;
}

function unauthorized(auth: AuthSettings): ApiError {
  const hint =
    auth.keys.length === 0
      ? 'No API key is configured: start the orchestrator with ORCHESTRATOR_API_KEY set, or add one under [auth] in its settings.'
      : 'Send a configured key as "X-SecBeat-API-Key: <key>" or "Authorization: Bearer <key>".';
  return new ApiError(401, 'WAF_ERR_API_UNAUTHORIZED', 'unauthorized', hint);
}

function tooManyWrongKeys(): ApiError {
  return new ApiError(
    429,
    'WAF_ERR_API_WRONG_KEYS',
    'too many requests without a valid API key',
    'Correct the key; wait as Retry-After says before trying another.',
  );
}

function forbidden(caller: Caller, role: Role): ApiError {
  return new ApiError(
    403,
    'WAF_ERR_API_FORBIDDEN',
    `forbidden: key "${caller.name}" lacks the role "${role}"`,
    `Use a key with the role "${role}", or give this one the role under [auth] in the settings.`,
  );
}

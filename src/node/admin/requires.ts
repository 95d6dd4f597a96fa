import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, permits } from '../../config/api-keys.ts';
import type { AuthSettings, Role } from '../../config/settings.ts';
import { AdminError } from './admin-error.ts';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Builds the hook that lets a request through when its key carries the role. */
export function createRequires(auth: AuthSettings): (role: Role) => Hook {
  return (role) => async (request, reply) => {
    const caller = authenticate(request.headers, auth);
    if (caller === null) {
      reply.header('www-authenticate', 'Bearer realm="secbeat"');
      throw new AdminError(401, 'WAF_ERR_NODE_UNAUTHORIZED', 'unauthorized', hintFor(auth));
    }
    if (!permits(caller, role)) {
      throw new AdminError(
        403,
        'WAF_ERR_NODE_FORBIDDEN',
        `forbidden: key "${caller.name}" lacks the role "${role}"`,
        `Use a key with the role "${role}", or give this one the role under [auth] in the settings.`,
      );
    }
  };
}

function hintFor(auth: AuthSettings): string {
  return auth.keys.length === 0
    ? 'No API key is configured: start the node with MANAGEMENT_API_KEY set, or add one under [auth] in its settings.'
    : 'Send a configured key as "X-SecBeat-API-Key: <key>" or "Authorization: Bearer <key>".';
}

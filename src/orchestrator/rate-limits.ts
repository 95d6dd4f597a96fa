import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import './route-config.ts';

const WINDOW_MS = 60_000;
const WRONG_KEYS_PER_WINDOW = 60;

/** Counts a request without a valid key; the seconds to wait once there were too many, else null. */
export type WrongKeyCounter = (request: FastifyRequest) => Promise<number | null>;

export function isChange(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/**
 * Limits requests that change something per key, and wrong keys per client address; reading is not
 * limited. Counts are this orchestrator's own.
 */
export async function limitRates(
  app: FastifyInstance,
  changesPerMinute: number,
): Promise<WrongKeyCounter> {
  await app.register(rateLimit, {
    max: changesPerMinute,
    timeWindow: WINDOW_MS,
    allowList: (request) => !isChange(request.method),
    keyGenerator: (request) => request.caller?.name ?? request.ip,
    errorResponseBuilder: (_request, { max }) =>
      new ApiError(
        429,
        'WAF_ERR_API_RATE_LIMITED',
        `more than ${max} changes per minute`,
        'Wait as Retry-After says, or send many rules in one request.',
      ),
  });
  const countWrongKey = app.createRateLimit({
    max: WRONG_KEYS_PER_WINDOW,
    timeWindow: WINDOW_MS,
    allowList: [],
    keyGenerator: ({ ip }) => ip,
  });
  return async (request) => {
    const count = await countWrongKey(request);
    return !count.isAllowed && count.isExceeded ? count.ttlInSeconds : null;
  };
}

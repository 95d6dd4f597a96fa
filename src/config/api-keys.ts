import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AuthSettings, Role } from './settings.ts';

/** Who asks, as far as the key tells. */
export interface Caller {
  readonly name: string;
  readonly roles: readonly Role[];
}

/** A longer credential cannot be a key of ours; refusing it early keeps hashing bounded. */
const MAX_KEY_LENGTH = 512;

/**
 * The caller whose key the request carries in `X-SecBeat-API-Key: <key>` or
 * `Authorization: Bearer <key>`, or null. When both headers are present the first one counts.
 * An absent, empty or blank key is always refused, also when no key is configured.
 */
export function authenticate(headers: IncomingHttpHeaders, auth: AuthSettings): Caller | null {
  const key = keyOf(headers);
  if (key === '' || key.length > MAX_KEY_LENGTH) return null;
  const digest = sha256(key);
  let caller: Caller | null = null;
  // Every key is compared, so that the time taken does not tell which one was nearly right.
  for (const { name, sha256, roles } of auth.keys) {
    const expected = Buffer.from(sha256, 'hex');
    if (expected.length === digest.length && timingSafeEqual(expected, digest)) {
      caller ??= { name, roles };
    }
  }
  return caller;
}

/** Whether the caller may do what needs `role`. */
export function permits(caller: Caller, role: Role): boolean {
  return caller.roles.includes(role);
}

/** Hex digest under which the settings keep a key. */
export function apiKeyDigest(key: string): string {
  return sha256(key).toString('hex');
}

function keyOf(headers: IncomingHttpHeaders): string {
  const own = headers['x-secbeat-api-key'];
  if (own !== undefined) return typeof own === 'string' ? own.trim() : '';
  const [, bearer = ''] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return bearer;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

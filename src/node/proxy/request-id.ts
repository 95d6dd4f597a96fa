import { randomBytes } from 'node:crypto';

const SANE = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/**
 * Builds the function that names a request. A trusted proxy's own id is kept when it is sane, so that one
 * id follows the request through all hops; everyone else gets a fresh one: a random part drawn once per
 * process, and a counter.
 */
export function createRequestIds(): (
  offered: string | string[] | undefined,
  trusted: boolean,
) => string {
  const prefix = `${randomBytes(6).toString('hex')}-`;
  let counter = 0;
  return (offered, trusted) => {
    if (trusted && typeof offered === 'string' && SANE.test(offered)) return offered;
    counter += 1;
    return prefix + counter.toString(36);
  };
}

import type { AddressInfo } from 'node:net';
import { NodeError } from '../node-error.ts';
import { createAdminApp } from './admin-app.ts';
import type { AdminServices } from './admin-services.ts';

/** Starts the management API; port 0 takes a free one. */
export async function startAdminServer(
  services: AdminServices,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const app = await createAdminApp(services);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const message = `cannot listen on ${host}:${port}: ${(cause as Error).message}`;
    throw new NodeError('WAF_ERR_NODE_LISTEN', message, { cause });
  }
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

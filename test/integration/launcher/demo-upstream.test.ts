import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { createDemoUpstream } from '../../../src/launcher/demo-upstream.ts';

const server = createDemoUpstream().listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('demo upstream - answers with what arrived', async () => {
  const answer = await fetch(`${origin}/a?b=c`, { method: 'POST', body: 'x'.repeat(5000) });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    path: '/a?b=c',
    method: 'POST',
    headers: { 'content-length': '5000' },
    body_bytes: 5000,
    body: 'x'.repeat(4096),
  });
});

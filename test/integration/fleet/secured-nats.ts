import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { packagePath } from '../../../src/config/package-root.ts';
import type { NatsSettings } from '../../../src/config/settings.ts';
import { requireTool } from '../../../src/launcher/find-tool.ts';
import { startServer } from '../../../src/launcher/managed-server.ts';
import { freePort, temporaryFolder } from '../../servers.ts';
import { createAuthority, createCertificate } from './certificate.ts';
import { settingsFor } from './fleet.ts';

export interface SecuredNats {
  /** Working settings of the four users. */
  readonly orchestrator: NatsSettings;
  readonly generator: NatsSettings;
  readonly node1: NatsSettings;
  readonly node2: NatsSettings;
  stop(): Promise<void>;
}

/**
 * A server with the configuration that ships, config/nats/nats-server.conf, but for folders, port and
 * secrets: mutual TLS, `orchestrator`, `generator` and `node-1`
 * with a password, `node-2` with an nkey.
 */
export async function startSecuredNats(): Promise<SecuredNats> {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const authority = createAuthority('Test authority');
  const server = createCertificate('nats', authority);
  const client = createCertificate('client', authority);
  write('server.pem', server.certificate);
  write('server-key.pem', server.privateKey);
  const tls = {
    ca_file: write('ca.pem', authority.certificate),
    cert_file: write('client.pem', client.certificate),
    key_file: write('client-key.pem', client.privateKey),
  };
  const key = nkeys.createUser();
  const nkey_seed_file = write('node-2.nk', new TextDecoder().decode(key.getSeed()));
  const port = await freePort();

  const changes: readonly (readonly [string, string])[] = [
    ['0.0.0.0:4222', `127.0.0.1:${port}`],
    ['/etc/nats', folder],
    ['/var/lib/nats', join(folder, 'data')],
    ['$NATS_ORCHESTRATOR_PASSWORD', '"open sesame"'],
    ['$NATS_GENERATOR_PASSWORD', '"learn"'],
    ['$NATS_NODE_1_PASSWORD', '"s3cret"'],
    ['$NATS_NODE_2_NKEY', key.getPublicKey()],
  ];
  const shipped = readFileSync(packagePath('config', 'nats', 'nats-server.conf'), 'utf8');
  const config = changes.reduce((text, [from, to]) => text.replaceAll(from, to), shipped);
  const { process } = await startServer({
    name: 'nats-server',
    tool: requireTool('nats-server'),
    cwd: folder,
    readyLine: 'Server is ready',
    args: ['-c', write('server.conf', config)],
  });
  const common = settingsFor(`tls://127.0.0.1:${port}`, { bucket_prefix: 'secbeat', tls });
  return {
    orchestrator: { ...common, user: 'orchestrator', password: 'open sesame' },
    generator: { ...common, user: 'generator', password: 'learn' },
    node1: { ...common, user: 'node-1', password: 's3cret' },
    node2: { ...common, nkey_seed_file },
    async stop() {
      await process.stop();
    },
  };
}

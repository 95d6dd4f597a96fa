import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'nats';
import { nkeyAuthenticator } from 'nats';
import type { NatsSettings, TlsSettings } from '../config/settings.ts';
import { FleetError } from './fleet-error.ts';
import { serverIdentityCheck } from './server-identity.ts';
import { inboxPrefix } from './subjects.ts';

/**
 * What the NATS client is told. `settings.url` may name several servers, separated by commas, and may
 * carry `user:password@`; explicit settings win over those. Reads the nkey seed file.
 */
export function connectionOptions(settings: NatsSettings, name: string): ConnectionOptions {
  const urls = settings.url.split(',').map(parseUrl);
  const login = urls.find((url) => url.username !== '');
  const user = settings.user || decodeURIComponent(login?.username ?? '');
  const pass = settings.password || decodeURIComponent(login?.password ?? '');
  const tls = tlsOptions(settings.tls, urls);
  return {
    name,
    servers: urls.map((url) => url.host),
    inboxPrefix: inboxPrefix(name),
    ...(user === '' ? {} : { user, pass }),
    ...(settings.token === '' ? {} : { token: settings.token }),
    ...(settings.nkey_seed_file === ''
      ? {}
      : { authenticator: nkeyAuthenticator(readSeed(settings.nkey_seed_file)) }),
    ...(tls === undefined ? {} : { tls }),
    timeout: 5_000,
    maxReconnectAttempts: -1,
    // Quick, because a restart of the server takes well under a second; the jitter spreads a fleet.
    reconnectTimeWait: 100,
    reconnectJitter: 200,
    reconnectJitterTLS: 200,
    // A wrong password may be put right on the server; until then every refusal is logged.
    ignoreAuthErrorAbort: true,
    pingInterval: 10_000,
    maxPingOut: 2,
  };
}

/** The servers without credentials, for messages and logs. */
export function serverNames(url: string): string {
  return url
    .split(',')
    .map((each) => parseUrl(each).host)
    .join(', ');
}

function parseUrl(text: string): URL {
  const trimmed = text.trim();
  try {
    const url = new URL(trimmed.includes('://') ? trimmed : `nats://${trimmed}`);
    if (url.host !== '') return url;
  } catch {
    // Falls through: the text itself may hold a password, so neither it nor the cause is repeated.
  }
  throw new FleetError('WAF_ERR_FLEET_CONNECT', 'nats.url is not of the form nats://host:port');
}

/** The client hands these options on to `tls.connect`, also those that its types do not name. */
function tlsOptions(files: TlsSettings, urls: readonly URL[]): ConnectionOptions['tls'] {
  const tls = {
    ...(files.ca_file === '' ? {} : { caFile: files.ca_file }),
    ...(files.cert_file === '' ? {} : { certFile: files.cert_file }),
    ...(files.key_file === '' ? {} : { keyFile: files.key_file }),
  };
  const wanted = Object.keys(tls).length > 0 || urls.some(({ protocol }) => protocol === 'tls:');
  const checkServerIdentity = serverIdentityCheck(urls.map(({ hostname }) => hostname));
  return wanted ? { ...tls, ...{ checkServerIdentity } } : undefined;
}

function readSeed(file: string): Uint8Array {
  try {
    return new TextEncoder().encode(readFileSync(file, 'utf8').trim());
  } catch (cause) {
    throw new FleetError('WAF_ERR_FLEET_CONNECT', `cannot read the nkey seed file ${file}`, {
      cause,
    });
  }
}

import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

type IdentityCheck = (host: string, certificate: PeerCertificate) => Error | undefined;

/**
 * Checks the server's certificate against the `hosts` it was looked up under. For a server that is
 * given by its address, the NATS client would ask for a certificate of `localhost` instead of one of
 * that address: wrong for an honest server, and easy to come by for another one.
 */
export function serverIdentityCheck(hosts: readonly string[]): IdentityCheck {
  const addresses = hosts.map((host) => host.replace(/^\[|\]$/g, '')).filter((host) => isIP(host));
  return (host, certificate) => {
    const standsForAddress = host === 'localhost' && !hosts.includes(host) && addresses.length > 0;
    if (!standsForAddress) return checkServerIdentity(host, certificate);
    const faults = addresses.map((address) => checkServerIdentity(address, certificate));
    return faults.includes(undefined) ? undefined : faults[0];
  };
}

import { BlockList, isIP } from 'node:net';
import { NodeError } from '../node-error.ts';

/** Who sent a request. */
export interface ClientAddress {
  /** The client, text form; an IPv4 address mapped into IPv6 is written as IPv4. */
  readonly client: string;
  /** The other end of the socket. */
  readonly peer: string;
  readonly peerTrusted: boolean;
}

/**
 * Builds the function that finds a request's client. Without trusted proxies that is the socket's peer.
 * With them it is the rightmost address of X-Forwarded-For that is not itself a trusted proxy; what
 * stands left of it was written by somebody we have no reason to believe.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
): (peer: string | undefined, forwardedFor: string | string[] | undefined) => ClientAddress {
  const trusted = trustList(trustedProxies);
  return (socketPeer, forwardedFor) => {
    const peer = plain(socketPeer ?? '');
    if (trusted === null || !isTrusted(trusted, peer)) {
      return { client: peer, peer, peerTrusted: false };
    }
    const header = Array.isArray(forwardedFor) ? forwardedFor.join(',') : (forwardedFor ?? '');
    return { client: rightmostUntrusted(trusted, header) ?? peer, peer, peerTrusted: true };
  };
}

function rightmostUntrusted(trusted: BlockList, header: string): string | null {
  const hops = header.split(',');
  let last: string | null = null;
  for (let i = hops.length - 1; i >= 0; i--) {
    const address = withoutPort(hops[i]!.trim());
    if (isIP(address) === 0) return last;
    last = plain(address);
    if (!isTrusted(trusted, last)) return last;
  }
  return last;
}

function isTrusted(trusted: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function trustList(entries: readonly string[]): BlockList | null {
  if (entries.length === 0) return null;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.trim().split('/');
    const family = isIP(address);
    const widest = family === 4 ? 32 : 128;
    const bits =
      prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
    if (family === 0 || bits > widest) {
      throw new NodeError(
        'WAF_ERR_NODE_TRUSTED_PROXY_INVALID',
        `node.trusted_proxies: '${entry}' is neither an address nor a CIDR`,
      );
    }
    const type = family === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, bits, type);
  }
  return list;
}

/** `1.2.3.4:80` → `1.2.3.4`, `[::1]:80` → `::1`; anything else as it is. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1, text.indexOf(']'));
  const colon = text.indexOf(':');
  return colon !== -1 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}

function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

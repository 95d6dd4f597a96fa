import { isIP } from 'node:net';
import type { IpRanges } from './program-model.ts';

type Range = readonly [first: bigint, last: bigint];

const MAPPED_FIRST = 0xffff_0000_0000n;
const MAPPED_LAST = 0xffff_ffff_ffffn;
const V4_MASK = 0xffff_ffffn;

/**
 * Addresses and networks (`192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`) as sorted, merged ranges; null for
 * the first text that is neither comes back as `invalid`. An IPv4 network written inside IPv6 is IPv4.
 */
export function ipRanges(networks: readonly string[]): IpRanges | { readonly invalid: string } {
  const v4: Range[] = [];
  const v6: Range[] = [];
  for (const written of networks) {
    const network = parseNetwork(written);
    if (network === null) return { invalid: written };
    const [first, last] = network.range;
    if (network.family === 4) v4.push(network.range);
    else if (first >= MAPPED_FIRST && last <= MAPPED_LAST)
      v4.push([first & V4_MASK, last & V4_MASK]);
    else v6.push(network.range);
  }
  return {
    v4: merge(v4).map(([first, last]) => [Number(first), Number(last)] as const),
    v6: merge(v6),
  };
}

function parseNetwork(written: string): { family: number; range: Range } | null {
  const [address = '', length, ...rest] = written.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return null;
  const width = family === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null;
  const prefix = length === undefined ? width : Number(length);
  if (prefix > width) return null;
  const host = (1n << BigInt(width - prefix)) - 1n;
  const value = family === 4 ? parseV4(address) : parseV6(address);
  return { family, range: [value & ~host, value | host] };
}

function parseV4(address: string): bigint {
  return address.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

/** The address is known to be well-formed; a zone (`%eth0`) does not count. */
function parseV6(address: string): bigint {
  const [plain = ''] = address.split('%');
  const dotted = /^(.*:)([\d.]+)$/.exec(plain);
  const hex = dotted?.[2]?.includes('.') === true ? `${dotted[1]}${groupsOfV4(dotted[2])}` : plain;
  const [head = '', tail] = hex.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const gap = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...gap, ...right].reduce((value, group) => (value << 16n) | group, 0n);
}

function groupsOfV4(address: string): string {
  const value = parseV4(address);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function groups(text: string): bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of sorted) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous[1] + 1n) merged.push([first, last]);
    else if (last > previous[1]) previous[1] = last;
  }
  return merged;
}

/**
 * sha1: the digest of the value, 20 raw bytes; usually hex_encode follows.
 * Arguments: [from, from + length); `to` has room for 20.
 * Returns: the new length, 20.
 * Example: { "target": "files.content", "transforms": ["sha1", "hex_encode"], "op": "in", "value": ["da39a3ee5e6b4b0d3255bfef95601890afd80709"] }
 */
import { markDifference } from './changed';
import { blockAt, startBlocks } from './digest-block';

const SIZE: u32 = 20;
/** The sixteen words of a block, spread out to eighty. */
const schedule = memory.data(320);

let h0: u32 = 0;
let h1: u32 = 0;
let h2: u32 = 0;
let h3: u32 = 0;
let h4: u32 = 0;

export function sha1(from: usize, length: u32, to: usize): u32 {
  h0 = 0x67452301;
  h1 = 0xefcdab89;
  h2 = 0x98badcfe;
  h3 = 0x10325476;
  h4 = 0xc3d2e1f0;
  const blocks = startBlocks(from, length, true);
  for (let i: u32 = 0; i < blocks; i++) addBlock(blockAt(from, length, i));
  store<u32>(to, bswap(h0));
  store<u32>(to, bswap(h1), 4);
  store<u32>(to, bswap(h2), 8);
  store<u32>(to, bswap(h3), 12);
  store<u32>(to, bswap(h4), 16);
  markDifference(from, length, to, SIZE);
  return SIZE;
}

function addBlock(block: usize): void {
  spread(block);
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  let e = h4;
  for (let i: u32 = 0; i < 80; i++) {
    let mixed: u32;
    if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = rotl<u32>(a, 5) + mixed + e + load<u32>(schedule + ((<usize>i) << 2));
    e = d;
    d = c;
    c = rotl<u32>(b, 30);
    b = a;
    a = next;
  }
  h0 += a;
  h1 += b;
  h2 += c;
  h3 += d;
  h4 += e;
}

function spread(block: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(schedule + i, bswap(load<u32>(block + i)));
  for (let at = schedule + 64, end = schedule + 320; at < end; at += 4) {
    const mixed = load<u32>(at - 12) ^ load<u32>(at - 32) ^ load<u32>(at - 56) ^ load<u32>(at - 64);
    store<u32>(at, rotl<u32>(mixed, 1));
  }
}

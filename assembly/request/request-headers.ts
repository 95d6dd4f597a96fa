/**
 * Headers of requests and responses and host facts become fields as they are read; what later parts ask about them is noted on the
 * way, so that nobody has to look through all names again.
 */
import {
  KIND_FACTS,
  KIND_HEADERS,
  KIND_RESPONSE_HEADERS,
  MAX_FACTS,
  REQUEST_MAX_HEADERS,
} from '../layout.gen';
import { addNamed, markTruncated } from './fields';

let headers: u32 = 0;
let facts: u32 = 0;
let responseHeaders: u32 = 0;

/** Some header is called Cookie. */
export let hasCookies: bool = false;
/** Value of the first Content-Type header; its address is 0 when there is none. */
export let contentTypeAt: usize = 0;
export let contentTypeLen: u32 = 0;

export function clearHeaders(): void {
  headers = facts = responseHeaders = 0;
  hasCookies = false;
  contentTypeAt = 0;
  contentTypeLen = 0;
}

export function addHeader(nameAt: usize, nameLen: u32, valueAt: usize, valueLen: u32): void {
  if (headers == REQUEST_MAX_HEADERS) {
    markTruncated();
    return;
  }
  headers++;
  addNamed(KIND_HEADERS, nameAt, nameLen, valueAt, valueLen);
  if (isCookie(nameAt, nameLen)) {
    hasCookies = true;
  } else if (contentTypeAt == 0 && isContentType(nameAt, nameLen)) {
    contentTypeAt = valueAt;
    contentTypeLen = valueLen;
  }
}

/** `tls.version`, `ctx.country`: what the host knows about the client, named as rules write it. */
export function addFact(nameAt: usize, nameLen: u32, valueAt: usize, valueLen: u32): void {
  if (facts == MAX_FACTS) {
    markTruncated();
    return;
  }
  facts++;
  addNamed(KIND_FACTS, nameAt, nameLen, valueAt, valueLen);
}

export function addResponseHeader(
  nameAt: usize,
  nameLen: u32,
  valueAt: usize,
  valueLen: u32,
): void {
  if (responseHeaders == REQUEST_MAX_HEADERS) {
    markTruncated();
    return;
  }
  responseHeaders++;
  addNamed(KIND_RESPONSE_HEADERS, nameAt, nameLen, valueAt, valueLen);
}

/** `cookie` in any case, as words of memory: "cook", "ie". */
export function isCookie(at: usize, length: u32): bool {
  return (
    length == 6 &&
    (load<u32>(at) | 0x2020_2020) == 0x6b6f_6f63 &&
    (load<u16>(at, 4) | 0x2020) == 0x6569
  );
}

/** `content-type` in any case: "content", the hyphen (which has no case), "type". */
function isContentType(at: usize, length: u32): bool {
  return (
    length == 12 &&
    load<u8>(at, 7) == 0x2d &&
    (load<u64>(at) | 0x2020_2020_2020_2020) == 0x2d74_6e65_746e_6f63 &&
    (load<u32>(at, 8) | 0x2020_2020) == 0x6570_7974
  );
}

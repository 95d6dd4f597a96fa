/** Reads the flat request record; it is drawn in DESIGN.md. */
import {
  REQUEST_BODY_LEN_AT,
  REQUEST_FACT_COUNT_AT,
  REQUEST_FLAGS_AT,
  REQUEST_FORMAT,
  REQUEST_FORMAT_AT,
  REQUEST_HEADER_COUNT_AT,
  REQUEST_HEADER_NAME_LEN_AT,
  REQUEST_HEADER_SIZE,
  REQUEST_HEADER_VALUE_LEN_AT,
  REQUEST_IP_LEN_AT,
  REQUEST_IS_HAS_RESPONSE,
  REQUEST_IS_TRUNCATED,
  REQUEST_METHOD_LEN_AT,
  REQUEST_NOW_MS_AT,
  REQUEST_SIZE,
  REQUEST_URI_LEN_AT,
  REQUEST_VERSION_LEN_AT,
  RESPONSE_BODY_LEN_AT,
  RESPONSE_HEADER_COUNT_AT,
  RESPONSE_SIZE,
  RESPONSE_STATUS_AT,
} from '../layout.gen';
import { markTruncated } from './fields';
import { setBody, setIp, setMethod, setNow, setUri, setVersion } from './raw-request';
import { markResponse, setResponseBody, setStatus } from './raw-response';
import { addFact, addHeader, addResponseHeader } from './request-headers';

let cursor: usize = 0;
let end: usize = 0;

/** Moves over `length` bytes and returns where they start; 0 when they are not there. */
function take(length: u32): usize {
  if (<usize>length > end - cursor) return 0;
  const at = cursor;
  cursor += length;
  return at;
}

/** Returns false when a length points outside the record, or bytes are left over. */
export function readFlatRecord(at: usize, length: u32): bool {
  if (<usize>length < REQUEST_SIZE) return false;
  if (load<u8>(at, REQUEST_FORMAT_AT) != <u8>REQUEST_FORMAT) return false;
  const headers: u32 = load<u16>(at, REQUEST_HEADER_COUNT_AT);
  const facts = load<u32>(at, REQUEST_FACT_COUNT_AT);
  const table = at + REQUEST_SIZE;
  end = at + length;
  cursor = table;
  // No more facts than bytes: the product below cannot overflow.
  if (facts > length) return false;
  if (take((headers + facts) * <u32>REQUEST_HEADER_SIZE) == 0) return false;
  if (!readLine(at) || !readNamedTexts(table, headers, headers + facts)) return false;
  const bodyLength = load<u32>(at, REQUEST_BODY_LEN_AT);
  const body = take(bodyLength);
  if (body == 0) return false;
  setBody(body, bodyLength);
  setNow(load<f64>(at, REQUEST_NOW_MS_AT));
  const flags = load<u32>(at, REQUEST_FLAGS_AT);
  if ((flags & REQUEST_IS_TRUNCATED) != 0) markTruncated();
  if ((flags & REQUEST_IS_HAS_RESPONSE) != 0 && !readResponse()) return false;
  return cursor == end;
}

/** The part behind the body of the request. */
function readResponse(): bool {
  const at = take(<u32>RESPONSE_SIZE);
  if (at == 0) return false;
  const headers = load<u32>(at, RESPONSE_HEADER_COUNT_AT);
  // No more headers than bytes: the product below cannot overflow.
  if (<usize>headers > end - cursor) return false;
  const table = take(headers * <u32>REQUEST_HEADER_SIZE);
  if (table == 0) return false;
  markResponse();
  setStatus(load<u32>(at, RESPONSE_STATUS_AT));
  for (let i: u32 = 0; i < headers; i++) {
    const entry = table + <usize>i * REQUEST_HEADER_SIZE;
    const nameLength = load<u32>(entry, REQUEST_HEADER_NAME_LEN_AT);
    const name = take(nameLength);
    if (name == 0) return false;
    const valueLength = load<u32>(entry, REQUEST_HEADER_VALUE_LEN_AT);
    const value = take(valueLength);
    if (value == 0) return false;
    addResponseHeader(name, nameLength, value, valueLength);
  }
  const bodyLength = load<u32>(at, RESPONSE_BODY_LEN_AT);
  const body = take(bodyLength);
  if (body == 0) return false;
  setResponseBody(body, bodyLength);
  return true;
}

function readLine(at: usize): bool {
  const methodLength = load<u32>(at, REQUEST_METHOD_LEN_AT);
  const method = take(methodLength);
  if (method == 0) return false;
  setMethod(method, methodLength);
  const uriLength = load<u32>(at, REQUEST_URI_LEN_AT);
  const uri = take(uriLength);
  if (uri == 0) return false;
  setUri(uri, uriLength);
  const versionLength = load<u32>(at, REQUEST_VERSION_LEN_AT);
  const version = take(versionLength);
  if (version == 0) return false;
  setVersion(version, versionLength);
  const ipLength = load<u32>(at, REQUEST_IP_LEN_AT);
  const ip = take(ipLength);
  if (ip == 0) return false;
  setIp(ip, ipLength);
  return true;
}

/** The entries of headers, and behind them those of facts, up to `all`. */
function readNamedTexts(table: usize, headers: u32, all: u32): bool {
  for (let i: u32 = 0; i < all; i++) {
    const entry = table + <usize>i * REQUEST_HEADER_SIZE;
    const nameLength = load<u32>(entry, REQUEST_HEADER_NAME_LEN_AT);
    const name = take(nameLength);
    if (name == 0) return false;
    const valueLength = load<u32>(entry, REQUEST_HEADER_VALUE_LEN_AT);
    const value = take(valueLength);
    if (value == 0) return false;
    if (i < headers) addHeader(name, nameLength, value, valueLength);
    else addFact(name, nameLength, value, valueLength);
  }
  return true;
}

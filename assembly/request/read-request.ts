/**
 * Turns the bytes that a host wrote into fields. Two encodings, told apart by the first byte: the flat
 * record (0x01) and the JSON RequestContext (an opening brace, after optional white space).
 */
import {
  HOST_AREA_BYTES,
  REQUEST_MAGIC,
  REQUEST_MAX_BODY_BYTES,
  REQUEST_MAX_RECORD_BYTES,
} from '../layout.gen';
import { charge } from '../steps';
import { collectFields } from './collect-fields';
import { clearFields, markTruncated } from './fields';
import { readFlatRecord } from './flat-record';
import { readJsonContext } from './json-context';
import { bodyAt, bodyLen, clearRaw, setBody } from './raw-request';
import { clearHeaders } from './request-headers';

/** Returns false when the bytes are neither, or the record does not lie in the host area. */
export function readRequest(at: usize, length: u32): bool {
  clearRaw();
  clearHeaders();
  clearFields();
  if (length == 0 || length > REQUEST_MAX_RECORD_BYTES) return false;
  if (<u64>at + <u64>length > <u64>HOST_AREA_BYTES) return false;
  charge(length);
  const read =
    load<u8>(at) == <u8>REQUEST_MAGIC ? readFlatRecord(at, length) : readJsonContext(at, length);
  if (!read) {
    clearFields();
    return false;
  }
  if (bodyLen > REQUEST_MAX_BODY_BYTES) {
    setBody(bodyAt, REQUEST_MAX_BODY_BYTES);
    markTruncated();
  }
  collectFields();
  return true;
}

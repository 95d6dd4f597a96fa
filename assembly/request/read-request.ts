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
import { choosePhase } from '../program/header';
import { charge } from '../steps';
import { collectFields } from './collect-fields';
import { clearFields, markTruncated } from './fields';
import { readFlatRecord } from './flat-record';
import { readJsonContext } from './json-context';
import { bodyAt, bodyLen, clearRaw, setBody } from './raw-request';
import {
  clearResponse,
  hasResponse,
  responseBodyAt,
  responseBodyLen,
  setResponseBody,
} from './raw-response';
import { clearHeaders } from './request-headers';

/** Returns false when the bytes are neither, or the record does not lie in the host area. */
export function readRequest(at: usize, length: u32): bool {
  clearRaw();
  clearResponse();
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
  choosePhase(hasResponse);
  cutBodies();
  collectFields();
  return true;
}

/** The body of the request has been judged before its response came. */
function cutBodies(): void {
  if (hasResponse) setBody(bodyAt, 0);
  if (bodyLen > REQUEST_MAX_BODY_BYTES) {
    setBody(bodyAt, REQUEST_MAX_BODY_BYTES);
    markTruncated();
  }
  if (responseBodyLen > REQUEST_MAX_BODY_BYTES) {
    setResponseBody(responseBodyAt, REQUEST_MAX_BODY_BYTES);
    markTruncated();
  }
}

/**
 * Completes the table of fields: headers and facts are in it already. Whole parts come first and split
 * parts last, so that a flood of parameters cannot push out the URI or the body.
 */
import {
  FIELD_KIND_AT,
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIELD_VALUE_AT_AT,
  FIELD_VALUE_LEN_AT,
  KIND_ARGS_COMBINED_SIZE,
  KIND_BODY_RAW,
  KIND_CLIENT_IP,
  KIND_COOKIES,
  KIND_COOKIES_NAMES,
  KIND_HEADERS,
  KIND_METHOD,
  KIND_PATH,
  KIND_PATH_BASENAME,
  KIND_PATH_SEGMENTS,
  KIND_QUERY,
  KIND_QUERY_NAMES,
  KIND_QUERY_RAW,
  KIND_REQUEST_LINE,
  KIND_RESPONSE_BODY,
  KIND_RESPONSE_STATUS,
  KIND_URI,
  KIND_VERSION,
} from '../layout.gen';
import { programUses } from '../program/header';
import { collectBody } from './collect-body';
import { reserveSizes, writeSizes } from './combined-sizes';
import { addPlain, fieldAt, fieldCount } from './fields';
import { findByte } from './find-byte';
import { NUMBER_STATUS, numberTextAt, writeNumber } from './number-text';
import {
  bodyAt,
  bodyLen,
  ipAt,
  ipLen,
  methodAt,
  methodLen,
  uriAt,
  uriLen,
  versionAt,
  versionLen,
} from './raw-request';
import { hasResponse, responseBodyAt, responseBodyLen, status } from './raw-response';
import { hasCookies, isCookie } from './request-headers';
import { splitCookies } from './split-cookies';
import { splitParameters } from './split-parameters';
import { addBasename, addRequestLine, splitSegments } from './split-path';
import { clearText } from './text-arena';

const QUESTION_MARK: u8 = 0x3f;

/** An empty part is an absent part: no field. */
export function collectFields(): void {
  clearText();
  if (methodLen > 0) addPlain(KIND_METHOD, methodAt, methodLen);
  if (versionLen > 0) addPlain(KIND_VERSION, versionAt, versionLen);
  if (ipLen > 0) addPlain(KIND_CLIENT_IP, ipAt, ipLen);
  if (programUses(KIND_REQUEST_LINE)) addRequestLine();
  if (bodyLen > 0) addPlain(KIND_BODY_RAW, bodyAt, bodyLen);
  if (hasResponse) collectResponse();
  else reserveSizes();
  if (uriLen > 0) collectUri();
  if (hasCookies && (programUses(KIND_COOKIES) || programUses(KIND_COOKIES_NAMES))) {
    collectCookies();
  }
  if (bodyLen > 0) collectBody();
  if (!hasResponse) writeSizes();
}

function collectResponse(): void {
  if (status > 0) {
    const length = writeNumber(NUMBER_STATUS, status);
    addPlain(KIND_RESPONSE_STATUS, numberTextAt(NUMBER_STATUS), length);
  }
  if (responseBodyLen > 0) addPlain(KIND_RESPONSE_BODY, responseBodyAt, responseBodyLen);
}

function collectUri(): void {
  addPlain(KIND_URI, uriAt, uriLen);
  const mark = findByte(uriAt, uriAt + uriLen, QUESTION_MARK);
  const path = <u32>(mark - uriAt);
  addPlain(KIND_PATH, uriAt, path);
  if (programUses(KIND_PATH_BASENAME)) addBasename(uriAt, path);
  if (path == uriLen) {
    if (programUses(KIND_PATH_SEGMENTS)) splitSegments(uriAt, path);
    return;
  }
  const length = uriLen - path - 1;
  addPlain(KIND_QUERY_RAW, mark + 1, length);
  if (programUses(KIND_PATH_SEGMENTS)) splitSegments(uriAt, path);
  if (usesQuery()) splitParameters(KIND_QUERY, mark + 1, length);
}

function usesQuery(): bool {
  return (
    programUses(KIND_QUERY) || programUses(KIND_QUERY_NAMES) || programUses(KIND_ARGS_COMBINED_SIZE)
  );
}

function collectCookies(): void {
  const whole = fieldCount();
  for (let i: u32 = 0; i < whole; i++) {
    const field = fieldAt(i);
    if (load<u32>(field, FIELD_KIND_AT) != KIND_HEADERS) continue;
    if (isCookie(load<u32>(field, FIELD_NAME_AT_AT), load<u32>(field, FIELD_NAME_LEN_AT))) {
      splitCookies(load<u32>(field, FIELD_VALUE_AT_AT), load<u32>(field, FIELD_VALUE_LEN_AT));
    }
  }
}

/**
 * Completes the table of fields: headers are in it already. Whole parts come first and split parts
 * last, so that a flood of parameters cannot push out the URI or the body.
 */
import { isPrefixWord, isWord } from '../bytes';
import {
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIELD_VALUE_AT_AT,
  FIELD_VALUE_LEN_AT,
  KIND_BODY_FORM,
  KIND_BODY_FORM_NAMES,
  KIND_BODY_RAW,
  KIND_CLIENT_IP,
  KIND_COOKIES,
  KIND_COOKIES_NAMES,
  KIND_METHOD,
  KIND_PATH,
  KIND_QUERY,
  KIND_QUERY_NAMES,
  KIND_QUERY_RAW,
  KIND_URI,
  KIND_VERSION,
} from '../layout.gen';
import { programUses } from '../program/header';
import { addPlain, fieldAt, fieldCount } from './fields';
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
import { splitCookies } from './split-cookies';
import { splitParameters, startDecoding } from './split-parameters';

/** An empty part is an absent part: no field. */
export function collectFields(): void {
  const headers = fieldCount();
  if (methodLen > 0) addPlain(KIND_METHOD, methodAt, methodLen);
  if (versionLen > 0) addPlain(KIND_VERSION, versionAt, versionLen);
  if (ipLen > 0) addPlain(KIND_CLIENT_IP, ipAt, ipLen);
  if (bodyLen > 0) addPlain(KIND_BODY_RAW, bodyAt, bodyLen);
  startDecoding();
  if (uriLen > 0) collectUri();
  if (programUses(KIND_COOKIES) || programUses(KIND_COOKIES_NAMES)) collectCookies(headers);
  if (bodyLen > 0 && usesForm() && isForm(headers)) {
    splitParameters(KIND_BODY_FORM, bodyAt, bodyLen);
  }
}

function usesForm(): bool {
  return programUses(KIND_BODY_FORM) || programUses(KIND_BODY_FORM_NAMES);
}

function collectUri(): void {
  addPlain(KIND_URI, uriAt, uriLen);
  let path: u32 = 0;
  while (path < uriLen && load<u8>(uriAt + path) != 0x3f) path++;
  addPlain(KIND_PATH, uriAt, path);
  if (path == uriLen) return;
  const query = uriAt + path + 1;
  const length = uriLen - path - 1;
  addPlain(KIND_QUERY_RAW, query, length);
  if (programUses(KIND_QUERY) || programUses(KIND_QUERY_NAMES)) {
    splitParameters(KIND_QUERY, query, length);
  }
}

function collectCookies(headers: u32): void {
  for (let i: u32 = 0; i < headers; i++) {
    const field = fieldAt(i);
    if (isWord(load<u32>(field, FIELD_NAME_AT_AT), load<u32>(field, FIELD_NAME_LEN_AT), 'cookie')) {
      splitCookies(load<u32>(field, FIELD_VALUE_AT_AT), load<u32>(field, FIELD_VALUE_LEN_AT));
    }
  }
}

/** True when the first content type says that the body is a form. */
function isForm(headers: u32): bool {
  for (let i: u32 = 0; i < headers; i++) {
    const field = fieldAt(i);
    const nameLen = load<u32>(field, FIELD_NAME_LEN_AT);
    if (isWord(load<u32>(field, FIELD_NAME_AT_AT), nameLen, 'content-type')) {
      const value = load<u32>(field, FIELD_VALUE_AT_AT);
      const length = load<u32>(field, FIELD_VALUE_LEN_AT);
      return isPrefixWord(value, length, 'application/x-www-form-urlencoded');
    }
  }
  return false;
}

/**
 * Reads the JSON RequestContext: `method`, `uri`, `version`, `source_ip`, `headers` (an array of pairs
 * or an object whose values are strings or arrays of strings), `facts` (likewise, strings), `body` or
 * `body_preview`, `timestamp` (Unix seconds), `response` (an object of `status`, `headers`, `body`; it
 * makes this a response to be judged). Other keys are skipped; of repeated keys the last one counts, headers add up.
 * Keys are read without regard to case.
 */
import { isWord } from '../bytes';
import { ARENA_JSON_TEXT } from '../layout.gen';
import {
  accept,
  isAtEnd,
  peek,
  readNumber,
  readString,
  skipValue,
  startJson,
  stringAt,
  stringLen,
} from './json-scanner';
import { setBody, setIp, setMethod, setNow, setUri, setVersion } from './raw-request';
import { markResponse, setResponseBody, setStatus } from './raw-response';
import { addFact, addHeader, addResponseHeader } from './request-headers';

const KEY_UNKNOWN: i32 = 0;
const KEY_METHOD: i32 = 1;
const KEY_URI: i32 = 2;
const KEY_VERSION: i32 = 3;
const KEY_SOURCE_IP: i32 = 4;
const KEY_HEADERS: i32 = 5;
const KEY_BODY: i32 = 6;
const KEY_TIMESTAMP: i32 = 7;
const KEY_FACTS: i32 = 8;
const KEY_RESPONSE: i32 = 9;
const KEY_STATUS: i32 = 10;

/** What is read are members of `response`. */
let isInResponse: bool = false;

/** Returns false when the bytes are not one JSON object. */
export function readJsonContext(at: usize, length: u32): bool {
  startJson(at, length, ARENA_JSON_TEXT);
  isInResponse = false;
  return readMembers() && isAtEnd();
}

/** An object: the whole one, or `response`. */
function readMembers(): bool {
  if (!accept(0x7b)) return false;
  if (!accept(0x7d)) {
    do {
      if (!readString()) return false;
      const key = isInResponse ? responseKeyOf(stringAt, stringLen) : keyOf(stringAt, stringLen);
      if (!accept(0x3a) || !readMember(key)) return false;
    } while (accept(0x2c));
    if (!accept(0x7d)) return false;
  }
  return true;
}

function readMember(key: i32): bool {
  const next = peek();
  if (key == KEY_RESPONSE && next == 0x7b) return readResponse();
  if (key == KEY_STATUS && next - 0x30 < 10) return readStatus();
  if (key == KEY_HEADERS && next == 0x5b) return readHeaderPairs();
  if ((key == KEY_HEADERS || key == KEY_FACTS) && next == 0x7b) return readNamedValues(key);
  if (key == KEY_TIMESTAMP && (next == 0x2d || next - 0x30 < 10)) return readTimestamp();
  if (key == KEY_UNKNOWN || next != 0x22) return skipValue();
  if (!readString()) return false;
  switch (key) {
    case KEY_METHOD:
      setMethod(stringAt, stringLen);
      break;
    case KEY_URI:
      setUri(stringAt, stringLen);
      break;
    case KEY_VERSION:
      setVersion(stringAt, stringLen);
      break;
    case KEY_SOURCE_IP:
      setIp(stringAt, stringLen);
      break;
    case KEY_BODY:
      if (isInResponse) setResponseBody(stringAt, stringLen);
      else setBody(stringAt, stringLen);
      break;
    default:
      break;
  }
  return true;
}

function readResponse(): bool {
  markResponse();
  isInResponse = true;
  const isRead = readMembers();
  isInResponse = false;
  return isRead;
}

/** A status without three digits is none. */
function readStatus(): bool {
  const thousandths = readNumber();
  if (thousandths < 0) return false;
  const code = thousandths / 1000;
  setStatus(code >= 100 && code < 1000 ? <u32>code : 0);
  return true;
}

function readTimestamp(): bool {
  const ms = readNumber();
  if (ms < 0) return false;
  setNow(ms);
  return true;
}

/** `[["name", "value"], …]`; a pair of another shape is skipped. */
function readHeaderPairs(): bool {
  accept(0x5b);
  if (accept(0x5d)) return true;
  do {
    if (peek() == 0x5b) {
      if (!readHeaderPair()) return false;
    } else if (!skipValue()) {
      return false;
    }
  } while (accept(0x2c));
  return accept(0x5d);
}

function readHeaderPair(): bool {
  accept(0x5b);
  if (accept(0x5d)) return true;
  let nameAt: usize = 0;
  let nameLen: u32 = 0;
  let member = 0;
  do {
    const isText = peek() == 0x22;
    if (isText ? !readString() : !skipValue()) return false;
    if (member == 0 && isText) {
      nameAt = stringAt;
      nameLen = stringLen;
    } else if (member == 1 && isText && nameAt != 0) {
      addHeaderHere(nameAt, nameLen, stringAt, stringLen);
    }
    member++;
  } while (accept(0x2c));
  return accept(0x5d);
}

/** `{"name": "value", "name": ["value", …], …}`; values of another type are skipped. */
function readNamedValues(key: i32): bool {
  accept(0x7b);
  if (accept(0x7d)) return true;
  do {
    if (!readString()) return false;
    const nameAt = stringAt;
    const nameLen = stringLen;
    if (!accept(0x3a)) return false;
    const isRead =
      peek() == 0x5b ? readValues(key, nameAt, nameLen) : readText(key, nameAt, nameLen);
    if (!isRead) return false;
  } while (accept(0x2c));
  return accept(0x7d);
}

function readValues(key: i32, nameAt: usize, nameLen: u32): bool {
  accept(0x5b);
  if (accept(0x5d)) return true;
  do {
    if (!readText(key, nameAt, nameLen)) return false;
  } while (accept(0x2c));
  return accept(0x5d);
}

function readText(key: i32, nameAt: usize, nameLen: u32): bool {
  if (peek() != 0x22) return skipValue();
  if (!readString()) return false;
  if (key == KEY_FACTS) addFact(nameAt, nameLen, stringAt, stringLen);
  else addHeaderHere(nameAt, nameLen, stringAt, stringLen);
  return true;
}

function addHeaderHere(nameAt: usize, nameLen: u32, valueAt: usize, valueLen: u32): void {
  if (isInResponse) addResponseHeader(nameAt, nameLen, valueAt, valueLen);
  else addHeader(nameAt, nameLen, valueAt, valueLen);
}

function keyOf(at: usize, length: u32): i32 {
  if (isWord(at, length, 'method')) return KEY_METHOD;
  if (isWord(at, length, 'uri')) return KEY_URI;
  if (isWord(at, length, 'version')) return KEY_VERSION;
  if (isWord(at, length, 'source_ip')) return KEY_SOURCE_IP;
  if (isWord(at, length, 'headers')) return KEY_HEADERS;
  if (isWord(at, length, 'body') || isWord(at, length, 'body_preview')) return KEY_BODY;
  if (isWord(at, length, 'timestamp')) return KEY_TIMESTAMP;
  if (isWord(at, length, 'facts')) return KEY_FACTS;
  if (isWord(at, length, 'response')) return KEY_RESPONSE;
  return KEY_UNKNOWN;
}

function responseKeyOf(at: usize, length: u32): i32 {
  if (isWord(at, length, 'status')) return KEY_STATUS;
  if (isWord(at, length, 'headers')) return KEY_HEADERS;
  if (isWord(at, length, 'body')) return KEY_BODY;
  return KEY_UNKNOWN;
}

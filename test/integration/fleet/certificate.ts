import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/*
 * X.509 certificates for tests, written byte by byte so that no openssl is needed:
 *
 *   Certificate    ::= SEQUENCE { tbs, algorithm, BIT STRING signature }
 *   TBSCertificate ::= SEQUENCE { [0] version 3, serial, algorithm, issuer, validity, subject,
 *                                 subjectPublicKeyInfo, [3] extensions }
 */

export interface Issued {
  readonly name: string;
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** A certificate authority of its own. */
export function createAuthority(name: string): Issued {
  return issue(name, undefined, [extension(BASIC_CONSTRAINTS, sequence(BOOLEAN_TRUE), true)]);
}

/** A certificate for 127.0.0.1, signed by `authority`; good for servers and clients. */
export function createCertificate(name: string, authority: Issued): Issued {
  const loopback = tagged(0x87, Buffer.from([127, 0, 0, 1]));
  return issue(name, authority, [extension(SUBJECT_ALT_NAME, sequence(loopback))]);
}

const ECDSA_SHA256 = '06082a8648ce3d040302';
const COMMON_NAME = '0603550403';
const BASIC_CONSTRAINTS = '0603551d13';
const SUBJECT_ALT_NAME = '0603551d11';
const BOOLEAN_TRUE = tagged(0x01, Buffer.from([0xff]));

function issue(name: string, authority: Issued | undefined, extensions: Buffer[]): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(Buffer.from(ECDSA_SHA256, 'hex'));
  const tbs = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(authority?.name ?? name),
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = createSign('sha256')
    .update(tbs)
    .sign(authority?.key ?? privateKey);
  const certificate = sequence(tbs, algorithm, bitString(signature));
  return {
    name,
    key: privateKey,
    certificate: pem('CERTIFICATE', certificate),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function distinguishedName(name: string): Buffer {
  const attribute = sequence(Buffer.from(COMMON_NAME, 'hex'), tagged(0x0c, Buffer.from(name)));
  return sequence(tagged(0x31, attribute));
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [BOOLEAN_TRUE] : [];
  return sequence(Buffer.from(oid, 'hex'), ...flag, tagged(0x04, value));
}

function utcTime(text: string): Buffer {
  return tagged(0x17, Buffer.from(text));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

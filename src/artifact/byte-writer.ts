/** Unsigned LEB128, shortest form. `value` is an integer in 0 … 2^32 - 1. */
export function encodeU32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** Signed LEB128, shortest form. `value` is an integer in -2^31 … 2^31 - 1. */
export function encodeI32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
}

/** Length and UTF-8 bytes. */
export function encodeName(name: string): Uint8Array {
  const text = new TextEncoder().encode(name);
  return concat([encodeU32(text.length), text]);
}

/** One section: id, size, content. */
export function encodeSection(id: number, content: Uint8Array): Uint8Array {
  return concat([[id], encodeU32(content.length), content]);
}

/** A custom section (id 0) of the given name. */
export function encodeCustomSection(name: string, payload: Uint8Array): Uint8Array {
  return encodeSection(0, concat([encodeName(name), payload]));
}

/** All parts in one new array. */
export function concat(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

import type { Shape } from './shapes/shape.ts';

/** The message in `data`, or the reason why it is none. The size is checked before anything is parsed. */
export function tryParse<T>(
  data: Uint8Array,
  maxBytes: number,
  is: Shape<T>,
): { readonly value: T } | { readonly fault: string } {
  if (data.length > maxBytes) return { fault: `${data.length} bytes, at most ${maxBytes} allowed` };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (error) {
    return { fault: `not JSON: ${(error as Error).message}` };
  }
  return is(value) ? { value } : { fault: 'JSON of another shape' };
}

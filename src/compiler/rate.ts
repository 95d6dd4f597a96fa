import { TRANSFORMS_BY_CODE } from './transform-codes.ts';

/** What looking at values costs: for each byte of them, and for each value. */
export interface Rate {
  readonly perByte: number;
  readonly perValue: number;
}

/** The most bytes that a form of a value can have: so many per byte of the value, and so many more. */
export interface Size {
  readonly factor: number;
  readonly extra: number;
}

export const FREE: Rate = { perByte: 0, perValue: 0 };
export const UNCHANGED: Size = { factor: 1, extra: 0 };

export function add(rates: readonly Rate[]): Rate {
  return rates.reduce(
    (total, rate) => ({
      perByte: total.perByte + rate.perByte,
      perValue: total.perValue + rate.perValue,
    }),
    FREE,
  );
}

/** The rate, in bytes and values of the request, of what is done to forms of a size. */
export function scale({ perByte, perValue }: Rate, { factor, extra }: Size): Rate {
  return { perByte: perByte * factor, perValue: perValue + perByte * extra };
}

export function most(rates: readonly Rate[]): Rate {
  return {
    perByte: rates.reduce((top, { perByte }) => Math.max(top, perByte), 0),
    perValue: rates.reduce((top, { perValue }) => Math.max(top, perValue), 0),
  };
}

/** What one transform makes of a form; an output that is equal to its input is no larger than either. */
export function sizeAfter(code: number, { factor, extra }: Size): Size {
  const transform = TRANSFORMS_BY_CODE.get(code)!;
  return { factor: factor * transform.growth, extra: extra * transform.growth + transform.extra };
}

/** Running the transforms of a chain, one after the other, on a form of a size. */
export function chainRate(chain: readonly number[], start: Size): { rate: Rate; size: Size } {
  let rate = FREE;
  let size = start;
  for (const code of chain) {
    const run = { perByte: TRANSFORMS_BY_CODE.get(code)!.weight, perValue: 1 };
    rate = add([rate, scale(run, size)]);
    size = sizeAfter(code, size);
  }
  return { rate, size };
}

import { NONE } from '../config/layout.gen.ts';
import type { Dfa } from './regex/compile-regex.ts';

export interface ClassOrder {
  /** New number of each class. */
  readonly order: readonly number[];
  /** Classes below this one may lead out of the idle state; no other does. */
  readonly busyClasses: number;
}

/** Numbers the classes on which the idle state stays idle last, so that one comparison skips them. */
export function orderClasses({ cells, idle }: Dfa, classes: number): ClassOrder {
  const all = Array.from({ length: classes }, (_, byteClass) => byteClass);
  const isBusy = (byteClass: number) => idle === NONE || cells[idle + byteClass] !== idle;
  const busy = all.filter(isBusy);
  const sorted = [...busy, ...all.filter((byteClass) => !isBusy(byteClass))];
  const order = new Array<number>(classes);
  sorted.forEach((byteClass, number) => {
    order[byteClass] = number;
  });
  return { order, busyClasses: busy.length };
}

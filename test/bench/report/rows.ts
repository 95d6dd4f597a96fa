import { writeFileSync } from 'node:fs';

export type Peer =
  | 'libddwaf'
  | 'modsecurity-crs'
  | 'v8-regexp'
  | 're2-set'
  | 'nginx'
  | 'nginx-modsecurity-crs';

/** One figure. There is one row per name and peer, and one without a peer that holds ours alone. */
export interface Row {
  readonly name: string;
  /** Ours, also in the rows with a peer. */
  readonly value: number;
  readonly unit: string;
  readonly peer?: Peer;
  /** Above 1: we are better. The peer's value ÷ ours; turned round where more is better. */
  readonly ratio?: number;
  readonly peer_value?: number;
}

/** Units of which more is better. */
const MORE_IS_BETTER = new Set(['MB/s', 'requests/s', '% of attacks']);

/** Our figure, and a row for each peer that was measured beside it. */
export function rowsOf(
  name: string,
  unit: string,
  ours: number,
  peers: Readonly<Partial<Record<Peer, number>>> = {},
): Row[] {
  const compared = Object.entries(peers).map(([peer, theirs]): Row => {
    const ratio = MORE_IS_BETTER.has(unit) ? ours / theirs : theirs / ours;
    return {
      name,
      value: round(ours),
      unit,
      peer: peer as Peer,
      // Nothing is so many times better than zero.
      ...(Number.isFinite(ratio) && { ratio: round(ratio) }),
      peer_value: round(theirs),
    };
  });
  return [{ name, value: round(ours), unit }, ...compared];
}

/** Three or four digits that mean something. */
export function round(value: number): number {
  if (!Number.isFinite(value)) return 0;
  const places = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 10 ? 2 : 3;
  return Number(value.toFixed(places));
}

export function writeRows(file: string, rows: readonly Row[]): void {
  writeFileSync(file, `${JSON.stringify({ rows }, null, 2)}\n`);
}

export function describeRow({ name, value, unit, peer, ratio, peer_value }: Row): string {
  const figure = `${value} ${unit}`.trim();
  if (peer === undefined) return `  ${name.padEnd(44)} ${figure}`;
  return `  ${''.padEnd(44)}   ${peer} ${peer_value} ${unit}: ratio ${ratio ?? '-'}`;
}

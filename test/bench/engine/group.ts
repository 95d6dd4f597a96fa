import type { WafConfig } from '../../../src/rules/model.ts';
import type { Row } from '../report/rows.ts';

/** What every group of rows is given. */
export interface BenchContext {
  readonly rounds: number;
  readonly quick: boolean;
  readonly searchSeconds: number;
  /** The rules that ship. */
  readonly reference: WafConfig;
  /** The Core Rule Set, level 1; null when it cannot be had. */
  readonly crs: WafConfig | null;
}

/** Rows that are measured together; its name begins the names of its rows. */
export interface RowGroup {
  readonly name: string;
  measure(context: BenchContext): Promise<Row[]>;
}

import { MAX_CHAINS, MAX_LEAVES, MAX_TARGET_SETS } from '../config/layout.gen.ts';
import { InternTable } from './intern-table.ts';
import type { LeafRecord, LeafTest, Operand, Selector } from './program-model.ts';

export interface LeafParts {
  readonly selectors: readonly Selector[];
  /** Transform codes, in order. */
  readonly chain: readonly number[];
  readonly test: LeafTest;
  readonly quantifier: number;
  readonly countMin: number;
  readonly countMax: number;
  /** LEAF_IS_…. */
  readonly flags: number;
  readonly sources: readonly number[];
}

type OperandOf<K extends Operand['kind']> = Extract<Operand, { kind: K }>;

/**
 * The tables of one program. Equal things are kept once: a leaf that ten rules test is one leaf, and is
 * evaluated once per request.
 */
export class ProgramTables {
  readonly targetSets = new InternTable<readonly Selector[]>();
  readonly chains = new InternTable<readonly number[]>();
  readonly leaves = new InternTable<LeafRecord>();
  readonly patterns = new InternTable<OperandOf<'pattern'>>();
  readonly bounds = new InternTable<OperandOf<'bound'>>();
  readonly byteSets = new InternTable<OperandOf<'byte_set'>>();
  readonly ipSets = new InternTable<OperandOf<'ip_set'>>();
  readonly regexes = new InternTable<OperandOf<'regex'>>();

  constructor() {
    this.chains.add('', []);
  }

  /** The index of the leaf, an old one when the same test was added before. */
  addLeaf(parts: LeafParts): number {
    const { selectors, chain, test, quantifier, countMin, countMax, flags, sources } = parts;
    const targetSet = this.targetSets.add(JSON.stringify(selectors), selectors);
    const chainIndex = this.chains.add(chain.join(), chain);
    const operand = this.#addOperand(test.operand);
    const numbers = [
      test.op,
      quantifier,
      countMin,
      countMax,
      targetSet,
      chainIndex,
      operand,
      flags,
    ];
    const key = `${numbers.join()};${sources.join()};${literalKey(test)}`;
    const count = { quantifier, countMin, countMax };
    const record = { op: test.op, ...count, targetSet, operand, test, flags, sources };
    return this.leaves.add(key, { ...record, chain: chainIndex, triggers: [] });
  }

  #addOperand(operand: Operand): number {
    switch (operand.kind) {
      case 'none':
        return 0;
      case 'pattern':
        return this.patterns.add(JSON.stringify([operand.fold, operand.parts]), operand);
      case 'bound':
        return this.bounds.add(`${operand.min},${operand.max}`, operand);
      case 'byte_set':
        return this.byteSets.add(operand.bytes.join(), operand);
      case 'regex':
        return this.regexes.add(operand.key, operand);
      case 'ip_set':
        return this.ipSets.add(`${operand.ranges.v4.join()};${operand.ranges.v6.join()}`, operand);
    }
  }

  /** What does not fit, in words; null when everything does. */
  overflow(): string | null {
    const rows = [
      ['different conditions', this.leaves.length, MAX_LEAVES],
      ['different sets of targets', this.targetSets.length, MAX_TARGET_SETS],
      ['different chains of transforms', this.chains.length, MAX_CHAINS],
    ] as const;
    const row = rows.find(([, count, limit]) => count > limit);
    return row === undefined ? null : `${row[1]} ${row[0]}, of which ${row[2]} fit`;
  }
}

function literalKey(test: LeafTest): string {
  return JSON.stringify(test.literals.map(({ text, flags, whole }) => [text, flags, whole]));
}

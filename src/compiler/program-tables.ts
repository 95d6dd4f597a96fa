import {
  MAX_CAPTURE_STEPS,
  MAX_CHAINS,
  MAX_LEAVES,
  MAX_NAME_PATTERNS,
  MAX_TARGET_SETS,
} from '../config/layout.gen.ts';
import { bytesOf } from './byte-set.ts';
import type { ByteText } from './byte-text.ts';
import { InternTable } from './intern-table.ts';
import type {
  Binder,
  LeafRecord,
  LeafTest,
  Operand,
  Reference,
  RegexOperand,
  Selector,
} from './program-model.ts';
import { type CaptureProgram, compileCaptures } from './regex/compile-captures.ts';

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

/** The engine's stack holds a few entries more than there are forks. */
const MOST_CAPTURE_STEPS = MAX_CAPTURE_STEPS - 8;

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
  readonly templates = new InternTable<OperandOf<'composed'>>();
  readonly references = new InternTable<Reference>();
  readonly captures = new InternTable<CaptureProgram>();
  /** Per kind, the patterns of names: their place and their regular expression. */
  readonly namePatterns = new Map<number, InternTable<number>>();

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
    // Written out, since spread objects are slow to read, and there are ten thousands of them.
    const record: LeafRecord = {
      op: test.op,
      quantifier,
      countMin,
      countMax,
      targetSet,
      chain: chainIndex,
      operand,
      test,
      flags,
      sources,
      wakes: 0,
    };
    return this.leaves.add(key, record);
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
        return this.addRegex(operand);
      case 'composed':
        return this.templates.add(JSON.stringify(operand), operand);
      case 'ip_set':
        return this.ipSets.add(`${operand.ranges.v4.join()};${operand.ranges.v6.join()}`, operand);
    }
  }

  addRegex(operand: RegexOperand): number {
    return this.regexes.add(operand.key, operand);
  }

  addByteSet(bytes: readonly number[]): number {
    return this.byteSets.add(bytes.join(), { kind: 'byte_set', bytes });
  }

  addReference(group: number, binders: readonly Binder[]): number {
    return this.references.add(JSON.stringify([group, binders]), { group, binders });
  }

  /** Null when the expression has more steps than the engine takes. */
  addCapture({ key, source, ignoreCase }: RegexOperand): number | null {
    const program = compileCaptures(source, { ignoreCase });
    if (program === null || program.instructions.length > MOST_CAPTURE_STEPS) return null;
    for (const instruction of program.instructions) {
      if (instruction.op === 'bytes') this.addByteSet(bytesOf(instruction.set));
    }
    return this.captures.add(key, program);
  }

  /** False when the kind has as many patterns of names as fit. */
  addNamePattern(kind: number, pattern: ByteText, operand: RegexOperand): boolean {
    const patterns = this.namePatterns.get(kind) ?? new InternTable<number>();
    this.namePatterns.set(kind, patterns);
    return patterns.add(pattern, this.addRegex(operand)) < MAX_NAME_PATTERNS;
  }

  countNamePatterns(): number {
    return [...this.namePatterns.values()].reduce((sum, { length }) => sum + length, 0);
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

import fc from 'fast-check';
import { op } from './builder.ts';

/**
 * Small structured programs over i32 locals and one page of memory. Each has two meanings: the bytes
 * of a function body, and a direct evaluation that counts every instruction a machine executes.
 */
type Expression =
  | { kind: 'constant'; value: number }
  | { kind: 'local'; index: number }
  | { kind: 'load'; address: Expression }
  | { kind: 'binary'; code: BinaryCode; a: Expression; b: Expression };

export type Statement =
  | { kind: 'set'; index: number; value: Expression }
  | { kind: 'store'; address: Expression; value: Expression }
  | { kind: 'branch'; test: Expression; yes: Statement[]; no: Statement[] }
  | { kind: 'repeat'; times: number; body: Statement[] };

type BinaryCode = 'add' | 'sub' | 'mul' | 'xor';

export interface Machine {
  readonly locals: Int32Array;
  readonly memory: Int32Array;
  executed: number;
}

/** Locals a program names; the first two are the parameters. */
export const NAMED_LOCALS = 4;
/** Loops nest no deeper; each depth counts in a local of its own, behind the named ones. */
export const MAX_DEPTH = 4;
const ADDRESS_MASK = 0x3fc;

const COMPUTE: Record<BinaryCode, (a: number, b: number) => number> = {
  add: (a, b) => (a + b) | 0,
  sub: (a, b) => (a - b) | 0,
  mul: Math.imul,
  xor: (a, b) => a ^ b,
};

export function programs(): fc.Arbitrary<Statement[]> {
  return fc.array(statementOf(MAX_DEPTH), { minLength: 1, maxLength: 5 });
}

/** The instructions of a program; its result is local 2. */
export function emitProgram(program: Statement[]): number[] {
  return [...program.flatMap((each) => emit(each, 0)), ...op.localGet(2)];
}

/** Runs a program; returns what the function returns. */
export function runProgram(program: Statement[], machine: Machine): number {
  for (const statement of program) run(statement, machine, 0);
  machine.executed += 2; // local.get and the final end
  return machine.locals[2]!;
}

function expressionOf(depth: number): fc.Arbitrary<Expression> {
  const leaves: fc.Arbitrary<Expression>[] = [
    fc.integer().map((value) => ({ kind: 'constant', value })),
    fc.nat(NAMED_LOCALS - 1).map((index) => ({ kind: 'local', index })),
  ];
  if (depth === 0) return fc.oneof(...leaves);
  const inner = expressionOf(depth - 1);
  return fc.oneof(
    ...leaves,
    inner.map((address): Expression => ({ kind: 'load', address })),
    fc
      .tuple(fc.constantFrom<BinaryCode>('add', 'sub', 'mul', 'xor'), inner, inner)
      .map(([code, a, b]): Expression => ({ kind: 'binary', code, a, b })),
  );
}

function statementOf(depth: number): fc.Arbitrary<Statement> {
  const expression = expressionOf(2);
  const simple: fc.Arbitrary<Statement>[] = [
    fc
      .tuple(fc.nat(NAMED_LOCALS - 1), expression)
      .map(([index, value]) => ({ kind: 'set', index, value })),
    fc.tuple(expression, expression).map(([address, value]) => ({ kind: 'store', address, value })),
  ];
  if (depth === 0) return fc.oneof(...simple);
  const block = fc.array(statementOf(depth - 1), { maxLength: 3 });
  return fc.oneof(
    ...simple,
    fc
      .tuple(expression, block, block)
      .map(([test, yes, no]): Statement => ({ kind: 'branch', test, yes, no })),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), block)
      .map(([times, body]): Statement => ({ kind: 'repeat', times, body })),
  );
}

function emit(statement: Statement, depth: number): number[] {
  const inside = (block: Statement[]) => block.flatMap((each) => emit(each, depth + 1));
  const counter = NAMED_LOCALS + depth;
  switch (statement.kind) {
    case 'set':
      return [...emitValue(statement.value), ...op.localSet(statement.index)];
    case 'store':
      return [...emitAddress(statement.address), ...emitValue(statement.value), ...op.store32];
    case 'branch':
      return [
        ...emitValue(statement.test),
        ...op.when(inside(statement.yes), inside(statement.no)),
      ];
    case 'repeat':
      return [
        ...[...op.i32(statement.times), ...op.localSet(counter)],
        ...op.loop([
          ...inside(statement.body),
          ...[...op.localGet(counter), ...op.i32(1), ...op.sub, ...op.localTee(counter)],
          ...op.brIf(0),
        ]),
      ];
  }
}

function run(statement: Statement, machine: Machine, depth: number): void {
  const { locals, memory } = machine;
  const all = (block: Statement[]) => {
    for (const each of block) run(each, machine, depth + 1);
  };
  switch (statement.kind) {
    case 'set':
      locals[statement.index] = evaluate(statement.value, machine);
      machine.executed += 1;
      break;
    case 'store': {
      const address = addressOf(statement.address, machine);
      memory[address >> 2] = evaluate(statement.value, machine);
      machine.executed += 1;
      break;
    }
    case 'branch':
      // `if`, then either the first half with `else`, or the second half, and one `end`.
      machine.executed += 2;
      all(evaluate(statement.test, machine) !== 0 ? statement.yes : statement.no);
      break;
    case 'repeat':
      machine.executed += 3 + 1; // const, set, loop … end
      for (let left = statement.times; left > 0; left--) {
        all(statement.body);
        machine.executed += 5;
      }
      break;
  }
}

function emitValue(expression: Expression): number[] {
  switch (expression.kind) {
    case 'constant':
      return op.i32(expression.value);
    case 'local':
      return op.localGet(expression.index);
    case 'load':
      return [...emitAddress(expression.address), ...op.load32];
    case 'binary':
      return [...emitValue(expression.a), ...emitValue(expression.b), ...op[expression.code]];
  }
}

function evaluate(expression: Expression, machine: Machine): number {
  machine.executed += 1;
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'local':
      return machine.locals[expression.index]!;
    case 'load':
      return machine.memory[addressOf(expression.address, machine) >> 2]!;
    case 'binary':
      return COMPUTE[expression.code](
        evaluate(expression.a, machine),
        evaluate(expression.b, machine),
      );
  }
}

/** An address that is inside the memory and aligned: the value, masked. */
function emitAddress(address: Expression): number[] {
  return [...emitValue(address), ...op.i32(ADDRESS_MASK), ...op.and];
}

function addressOf(address: Expression, machine: Machine): number {
  const value = evaluate(address, machine) & ADDRESS_MASK;
  machine.executed += 2;
  return value;
}

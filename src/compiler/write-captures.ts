import * as L from '../config/layout.gen.ts';
import { bytesOf } from './byte-set.ts';
import type { ProgramTables } from './program-tables.ts';
import type { CaptureInstruction, CaptureProgram } from './regex/compile-captures.ts';
import type { Assertion } from './regex/syntax-tree.ts';
import type { SectionWriter } from './section-writer.ts';
import { starts } from './starts.ts';
import type { TextPool } from './text-pool.ts';

/** References to captures, texts with captures in them, and the expressions that capture. */
export function writeCaptures(
  sections: SectionWriter,
  text: TextPool,
  tables: ProgramTables,
): void {
  writeReferences(sections, tables);
  writeTemplates(sections, text, tables);
  writeSteps(sections, tables);
}

function writeReferences(sections: SectionWriter, { references }: ProgramTables): void {
  const binderStarts = starts(references.items.map(({ binders }) => binders));
  sections.records(L.SECTION_REFERENCES, references.length, (view, at, i) => {
    view.setUint32(at + L.REFERENCE_GROUP_AT, references.items[i]?.group ?? 0, true);
    view.setUint32(at + L.REFERENCE_BINDER_START_AT, binderStarts[i]!, true);
  });
  const binders = references.items.flatMap((reference) => reference.binders);
  sections.records(L.SECTION_BINDERS, binders.length, (view, at, i) => {
    view.setUint32(at + L.BINDER_LEAF_AT, binders[i]!.leaf, true);
    view.setUint32(at + L.BINDER_CAPTURE_AT, binders[i]!.capture ?? L.NONE, true);
  });
}

function writeTemplates(
  sections: SectionWriter,
  text: TextPool,
  { templates }: ProgramTables,
): void {
  const partStarts = starts(templates.items.map(({ parts }) => parts));
  sections.records(L.SECTION_TEMPLATES, templates.length, (view, at, i) => {
    view.setUint32(at + L.TEMPLATE_PART_START_AT, partStarts[i]!, true);
    const template = templates.items[i];
    if (template === undefined) return;
    view.setUint16(at + L.TEMPLATE_COMPARISON_AT, template.comparison, true);
    view.setUint16(at + L.TEMPLATE_FLAGS_AT, template.fold ? L.TEMPLATE_IS_FOLD : 0, true);
  });
  const parts = templates.items.flatMap((template) => template.parts);
  sections.records(L.SECTION_TEMPLATE_PARTS, parts.length, (view, at, i) => {
    const part = parts[i]!;
    view.setUint32(at + L.TEMPLATE_PART_TEXT_START_AT, text.add(part.text), true);
    view.setUint32(at + L.TEMPLATE_PART_TEXT_LEN_AT, part.text.length, true);
    view.setUint32(at + L.TEMPLATE_PART_REFERENCE_AT, part.reference ?? L.NONE, true);
  });
}

const ASSERTIONS: Readonly<Record<Assertion, number>> = {
  'text-start': L.ASSERTION_TEXT_START,
  'text-end': L.ASSERTION_TEXT_END,
  'line-start': L.ASSERTION_LINE_START,
  'line-end': L.ASSERTION_LINE_END,
  word: L.ASSERTION_WORD,
  'not-word': L.ASSERTION_NOT_WORD,
};

function writeSteps(sections: SectionWriter, tables: ProgramTables): void {
  const programs = tables.captures.items;
  const stepStarts = starts(programs.map(({ instructions }) => instructions));
  sections.records(L.SECTION_CAPTURES, programs.length, (view, at, i) => {
    view.setUint32(at + L.CAPTURE_STEP_START_AT, stepStarts[i]!, true);
  });
  const steps = programs.flatMap((program) => stepsOf(program, tables));
  sections.records(L.SECTION_CAPTURE_STEPS, steps.length, (view, at, i) => {
    const { op, number, set, next, other } = steps[i]!;
    view.setUint8(at + L.CAPTURE_STEP_OP_AT, op);
    view.setUint8(at + L.CAPTURE_STEP_NUMBER_AT, number);
    view.setUint16(at + L.CAPTURE_STEP_SET_AT, set, true);
    view.setUint32(at + L.CAPTURE_STEP_NEXT_AT, next, true);
    view.setUint32(at + L.CAPTURE_STEP_OTHER_AT, other, true);
  });
}

interface StepRecord {
  readonly op: number;
  readonly number: number;
  readonly set: number;
  readonly next: number;
  readonly other: number;
}

/** Steps say where they lead, and lead to where a jump would. */
function stepsOf({ instructions }: CaptureProgram, tables: ProgramTables): readonly StepRecord[] {
  const landing = (index: number): number => {
    const instruction = instructions[index];
    return instruction?.op === 'jump' ? landing(instruction.to) : index;
  };
  return instructions.map((instruction, i) =>
    stepOf(instruction, landing, i, (set) => tables.addByteSet(bytesOf(set))),
  );
}

/** Groups that no reference can name. */
const UNNAMED = 255;

function stepOf(
  instruction: CaptureInstruction,
  landing: (index: number) => number,
  index: number,
  setNumber: (set: Uint8Array) => number,
): StepRecord {
  const step = { op: L.CAPTURE_OP_MATCH, number: 0, set: 0, next: 0, other: 0 };
  if (instruction.op === 'match' || instruction.op === 'jump') return step;
  if (instruction.op === 'split') {
    const { first, second } = instruction;
    return { ...step, op: L.CAPTURE_OP_FORK, next: landing(first), other: landing(second) };
  }
  const next = landing(index + 1);
  switch (instruction.op) {
    case 'bytes':
      return { ...step, op: L.CAPTURE_OP_BYTE, set: setNumber(instruction.set), next };
    case 'save':
      return { ...step, op: L.CAPTURE_OP_SAVE, number: Math.min(instruction.slot, UNNAMED), next };
    case 'assert':
      return { ...step, op: L.CAPTURE_OP_ASSERT, number: ASSERTIONS[instruction.assertion], next };
  }
}

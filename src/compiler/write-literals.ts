import * as L from '../config/layout.gen.ts';
import type { LiteralIndex, Ref } from './literal-index.ts';
import type { SectionWriter } from './section-writer.ts';
import { starts } from './starts.ts';
import type { TextPool } from './text-pool.ts';

export function writeLiterals(sections: SectionWriter, text: TextPool, index: LiteralIndex): void {
  writeWholes(sections, text, index, L.SECTION_EXACT_BUCKETS, L.SECTION_EXACTS);
  writeAutomaton(sections, index, L.SECTION_CLASSES);
  writeRefs(sections, text, index);
}

/** Literals that were added later, in tables of their own; references go behind those of the base. */
export function writeOverlay(sections: SectionWriter, text: TextPool, index: LiteralIndex): void {
  if (index.exacts.length > 0) {
    writeWholes(sections, text, index, L.SECTION_OVERLAY_BUCKETS, L.SECTION_OVERLAY_EXACTS);
  }
  if (index.refs.length > 0) writeAutomaton(sections, index, L.SECTION_OVERLAY_CLASSES);
  writeRefs(sections, text, index);
}

function writeWholes(
  sections: SectionWriter,
  text: TextPool,
  { exacts, buckets }: LiteralIndex,
  bucketSection: number,
  exactSection: number,
): void {
  const refs = starts(
    exacts.map((entry) => entry.refs),
    sections.count(L.SECTION_REFS),
  );
  sections.numbers(bucketSection, buckets);
  sections.records(exactSection, exacts.length, (view, at, i) => {
    view.setUint32(at + L.EXACT_REF_START_AT, refs[i]!, true);
    const entry = exacts[i];
    if (entry === undefined) return;
    view.setUint32(at + L.EXACT_HASH_AT, entry.hash, true);
    view.setUint32(at + L.EXACT_TEXT_START_AT, text.add(entry.text), true);
    view.setUint32(at + L.EXACT_TEXT_LEN_AT, entry.text.length, true);
  });
}

/** `first`: the section of its classes; the others lie behind it in the same order for both automata. */
function writeAutomaton(sections: SectionWriter, index: LiteralIndex, first: number): void {
  const { automaton } = index;
  const own = (section: number) => first + (section - L.SECTION_CLASSES);
  const { nodes } = automaton;
  const exactRefs = index.exacts.reduce((sum, { refs }) => sum + refs.length, 0);
  const refs = starts(nodeRefs(index), sections.count(L.SECTION_REFS) + exactRefs);
  const edges = starts(nodes.map((node) => node.edges));
  sections.bytes(own(L.SECTION_CLASSES), automaton.classes);
  sections.numbers(own(L.SECTION_DENSE), automaton.dense);
  sections.bytes(own(L.SECTION_STEPS), automaton.steps);
  sections.numbers(own(L.SECTION_LINKS), automaton.links);
  sections.records(own(L.SECTION_NODES), nodes.length, (view, at, i) => {
    view.setUint32(at + L.NODE_EDGE_START_AT, edges[i]!, true);
    view.setUint32(at + L.NODE_REF_START_AT, refs[i]!, true);
    view.setUint32(at + L.NODE_FAIL_AT, nodes[i]?.fail ?? 0, true);
    view.setUint32(at + L.NODE_MORE_AT, nodes[i]?.more ?? L.NONE, true);
  });
  sections.numbers(
    own(L.SECTION_EDGES),
    nodes.flatMap((node) => node.edges),
  );
}

function nodeRefs({ automaton, refs }: LiteralIndex): readonly (readonly Ref[])[] {
  return automaton.nodes.map(({ literal }) => refs[literal] ?? []);
}

/** Appends: whole values first. The engine reads the text of a reference only to compare its case. */
function writeRefs(sections: SectionWriter, text: TextPool, index: LiteralIndex): void {
  const refs = [...index.exacts.flatMap((entry) => entry.refs), ...nodeRefs(index).flat()];
  sections.append(L.SECTION_REFS, refs.length, (view, at, i) => {
    const ref = refs[i]!;
    const isExact = (ref.flags & L.REF_IS_EXACT) !== 0;
    view.setUint32(at + L.REF_LEAF_AT, ref.leaf, true);
    view.setUint32(at + L.REF_TEXT_START_AT, isExact ? text.add(ref.text) : 0, true);
    view.setUint16(at + L.REF_TEXT_LEN_AT, ref.text.length, true);
    view.setUint8(at + L.REF_FLAGS_AT, ref.flags);
    view.setUint8(at + L.REF_CLAUSE_AT, ref.clause);
  });
}

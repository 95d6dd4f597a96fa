/** Addresses of the tables that the hot loops read; taken from the header once, when a program is loaded. */
import {
  SECTION_CLASSES,
  SECTION_CLAUSES,
  SECTION_DENSE,
  SECTION_EDGES,
  SECTION_GATES,
  SECTION_KIND_PLANS,
  SECTION_LEAVES,
  SECTION_LINKS,
  SECTION_NODES,
  SECTION_OVERLAY_CLASSES,
  SECTION_PLAN_NODES,
  SECTION_PLANS,
  SECTION_PROFILE_ROWS,
  SECTION_REFS,
  SECTION_REGEX_TESTS,
  SECTION_STEPS,
} from '../layout.gen';
import { count, table } from './section';

export let leafTable: usize = 0;
export let kindPlanTable: usize = 0;
export let planTable: usize = 0;
export let planNodeTable: usize = 0;
export let gateTable: usize = 0;
export let profileRows: usize = 0;
export let regexTestTable: usize = 0;
export let clauseTable: usize = 0;
export let classTable: usize = 0;
export let denseTable: usize = 0;
/** Bytes of the dense rows: where a state number stops being an offset into them. */
export let denseBytes: u32 = 0;
export let stepTable: usize = 0;
export let linkTable: usize = 0;
export let nodeTable: usize = 0;
export let edgeTable: usize = 0;
export let refTable: usize = 0;
/** The program has a second automaton: that of the rules which were added to a compiled set. */
export let hasOverlay: bool = false;

export function bindTables(): void {
  leafTable = table(SECTION_LEAVES);
  kindPlanTable = table(SECTION_KIND_PLANS);
  planTable = table(SECTION_PLANS);
  planNodeTable = table(SECTION_PLAN_NODES);
  gateTable = table(SECTION_GATES);
  profileRows = table(SECTION_PROFILE_ROWS);
  regexTestTable = table(SECTION_REGEX_TESTS);
  clauseTable = table(SECTION_CLAUSES);
  hasOverlay = count(SECTION_OVERLAY_CLASSES) != 0;
  bindAutomaton(SECTION_CLASSES);
  refTable = table(SECTION_REFS);
}

/** Searches go through the automaton whose sections begin with `classes`; those of both lie alike. */
export function bindAutomaton(classes: u32): void {
  const dense = classes + (SECTION_DENSE - SECTION_CLASSES);
  classTable = table(classes);
  denseTable = table(dense);
  denseBytes = count(dense) << 2;
  stepTable = table(classes + (SECTION_STEPS - SECTION_CLASSES));
  linkTable = table(classes + (SECTION_LINKS - SECTION_CLASSES));
  nodeTable = table(classes + (SECTION_NODES - SECTION_CLASSES));
  edgeTable = table(classes + (SECTION_EDGES - SECTION_CLASSES));
}

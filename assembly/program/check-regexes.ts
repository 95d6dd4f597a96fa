/**
 * Checks the regular expressions. The tables of their automata lie one after another in the order of the
 * expressions, so that each table is gone through once, with its owner beside it.
 */
import {
  CLASS_MAP_SIZE,
  FOLLOW_DISPATCH_AT,
  FOLLOW_ITEM_START_AT,
  FOLLOW_MATCH,
  FOLLOW_SIZE,
  LOAD_BAD_REGEX,
  LOAD_OK,
  MAX_FOLLOWS,
  NONE,
  POSITION_FOLLOW_AT,
  POSITION_SET_AT,
  POSITION_SIZE,
  REGEX_CELL_START_AT,
  REGEX_CLASS_MAP_AT,
  REGEX_CLASSES_AT,
  REGEX_FOLLOW_START_AT,
  REGEX_IDLE_AT,
  REGEX_KIND_AT,
  REGEX_KIND_DFA,
  REGEX_KIND_NFA,
  REGEX_POSITION_START_AT,
  REGEX_SET_START_AT,
  REGEX_SIZE,
  REGEX_START_AT,
  SECTION_CLASS_MAPS,
  SECTION_DFA_CELLS,
  SECTION_DISPATCHES,
  SECTION_FOLLOW_ITEMS,
  SECTION_FOLLOWS,
  SECTION_NFA_SETS,
  SECTION_POSITIONS,
  SECTION_REGEXES,
} from '../layout.gen';
import { runEnd, runStart } from './check-run';
import { checkPartition } from './check-span';
import { count, number, record, table } from './section';

export const REGEX_STAGES: u32 = 10;

/** Stands for the column that divides the items. */
const ITEMS: usize = NONE;

/** The expression whose part of a table the stage is in. */
let owner: u32 = 0;

/** Goes on with a stage of the check where it stands (check-run.ts). */
export function checkRegexStage(stage: u32): i32 {
  switch (stage) {
    case 0:
      return checkColumn(REGEX_CELL_START_AT, count(SECTION_DFA_CELLS));
    case 1:
      return checkColumn(REGEX_POSITION_START_AT, count(SECTION_POSITIONS));
    case 2:
      return checkColumn(REGEX_FOLLOW_START_AT, count(SECTION_FOLLOWS));
    case 3:
      return checkColumn(REGEX_SET_START_AT, count(SECTION_NFA_SETS));
    case 4:
      return checkRecords();
    case 5: {
      const items = count(SECTION_FOLLOW_ITEMS);
      return checkPartition(
        SECTION_FOLLOWS,
        FOLLOW_SIZE,
        FOLLOW_ITEM_START_AT,
        items,
        LOAD_BAD_REGEX,
      );
    }
    case 6:
      return checkCells();
    case 7:
      return checkPositions();
    case 8:
      return checkDispatches();
    default:
      return checkItems();
  }
}

function checkColumn(field: usize, limit: u32): i32 {
  return checkPartition(SECTION_REGEXES, REGEX_SIZE, field, limit, LOAD_BAD_REGEX);
}

function regexAt(index: u32): usize {
  return record(SECTION_REGEXES, index, REGEX_SIZE);
}

/** How many records of another table belong to a record: from its start there to the next record's. */
function share(at: usize, size: usize, field: usize): u32 {
  return load<u32>(at + size + field) - load<u32>(at + field);
}

function checkRecords(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_REGEXES));
  for (let i = start; i < end; i++) {
    const regex = regexAt(i);
    const kind: i32 = load<u8>(regex, REGEX_KIND_AT);
    if (!areClassesRight(regex)) return LOAD_BAD_REGEX;
    if (kind == REGEX_KIND_DFA ? !isDfaRight(regex) : !isNfaRight(regex)) return LOAD_BAD_REGEX;
    if (kind != REGEX_KIND_DFA && kind != REGEX_KIND_NFA) return LOAD_BAD_REGEX;
  }
  return LOAD_OK;
}

function areClassesRight(regex: usize): bool {
  const classes: u32 = load<u16>(regex, REGEX_CLASSES_AT);
  const index = load<u32>(regex, REGEX_CLASS_MAP_AT);
  if (classes == 0 || classes > 256 || index >= count(SECTION_CLASS_MAPS)) return false;
  const map = record(SECTION_CLASS_MAPS, index, CLASS_MAP_SIZE);
  let highest: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) highest = max(highest, <u32>load<u8>(map + byte));
  return highest < classes;
}

/** A table has two cells that are no rows, and then at least one row. */
function isDfaRight(regex: usize): bool {
  const width: u32 = load<u16>(regex, REGEX_CLASSES_AT) + 1;
  const cells = share(regex, REGEX_SIZE, REGEX_CELL_START_AT);
  if (cells < width + 2) return false;
  const last = lastRow(cells, width);
  const idle = load<u32>(regex, REGEX_IDLE_AT);
  return isRow(load<u32>(regex, REGEX_START_AT), last) && (idle == NONE || isRow(idle, last));
}

/** Offset of the last row that fits, in bytes. */
function lastRow(cells: u32, width: u32): u32 {
  return (cells - width) << 1;
}

/**
 * Any even offset up to the last row's is as good as a row: every cell from there on holds, by this
 * check, such an offset again. The two that stand for no row are among them.
 */
function isRow(offset: u32, last: u32): bool {
  return (offset & 1) == 0 && offset <= last;
}

function isNfaRight(regex: usize): bool {
  const follows = share(regex, REGEX_SIZE, REGEX_FOLLOW_START_AT);
  const start = load<u32>(regex, REGEX_START_AT);
  return follows <= MAX_FOLLOWS && (start < follows || start == FOLLOW_MATCH);
}

/**
 * Finds the owner of the record at `index` of the table that the column `field` divides, and returns
 * where its part of the table ends, or `end` when that comes first. Records without an owner are read by
 * nobody.
 */
function findOwner(index: u32, field: usize, end: u32): u32 {
  if (index == 0) owner = 0;
  const regexes = count(SECTION_REGEXES);
  while (owner < regexes && index >= partEnd(field)) owner++;
  return owner < regexes ? min(partEnd(field), end) : end;
}

/** Items are divided among follow lists, and those among expressions. */
function partEnd(field: usize): u32 {
  if (field != ITEMS) return load<u32>(regexAt(owner + 1) + field);
  const follow = load<u32>(regexAt(owner + 1), REGEX_FOLLOW_START_AT);
  return load<u32>(record(SECTION_FOLLOWS, follow, FOLLOW_SIZE), FOLLOW_ITEM_START_AT);
}

function hasOwner(): bool {
  return owner < count(SECTION_REGEXES);
}

function checkCells(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_DFA_CELLS));
  for (let i = start; i < end; ) {
    const stop = findOwner(i, REGEX_CELL_START_AT, end);
    if (hasOwner() && !areCells(i, stop)) return LOAD_BAD_REGEX;
    i = stop;
  }
  return LOAD_OK;
}

function areCells(first: u32, end: u32): bool {
  const regex = regexAt(owner);
  const width: u32 = load<u16>(regex, REGEX_CLASSES_AT) + 1;
  const cells = share(regex, REGEX_SIZE, REGEX_CELL_START_AT);
  const last = cells < width ? 0 : lastRow(cells, width);
  const cellTable = table(SECTION_DFA_CELLS);
  for (let i = first; i < end; i++) {
    if (!isRow(load<u16>(cellTable + ((<usize>i) << 1)), last)) return false;
  }
  return true;
}

function checkPositions(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_POSITIONS));
  for (let i = start; i < end; ) {
    const stop = findOwner(i, REGEX_POSITION_START_AT, end);
    if (hasOwner() && !arePositions(i, stop)) return LOAD_BAD_REGEX;
    i = stop;
  }
  return LOAD_OK;
}

function arePositions(first: u32, end: u32): bool {
  const sets = share(regexAt(owner), REGEX_SIZE, REGEX_SET_START_AT);
  const follows = share(regexAt(owner), REGEX_SIZE, REGEX_FOLLOW_START_AT);
  for (let i = first; i < end; i++) {
    const position = record(SECTION_POSITIONS, i, POSITION_SIZE);
    const follow: u32 = load<u16>(position, POSITION_FOLLOW_AT);
    if (load<u16>(position, POSITION_SET_AT) >= sets) return false;
    if (follow >= follows && follow != FOLLOW_MATCH) return false;
  }
  return true;
}

function checkDispatches(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_FOLLOWS));
  for (let i = start; i < end; i++) {
    findOwner(i, REGEX_FOLLOW_START_AT, end);
    if (hasOwner() && !isDispatch(record(SECTION_FOLLOWS, i, FOLLOW_SIZE))) return LOAD_BAD_REGEX;
  }
  return LOAD_OK;
}

/** A column of the items of each class must never fall, and end inside the follow list. */
function isDispatch(follow: usize): bool {
  const index = load<u32>(follow, FOLLOW_DISPATCH_AT);
  if (index == NONE) return true;
  const classes: u32 = load<u16>(regexAt(owner), REGEX_CLASSES_AT);
  if (<u64>index + classes >= <u64>count(SECTION_DISPATCHES)) return false;
  const items = share(follow, FOLLOW_SIZE, FOLLOW_ITEM_START_AT);
  let previous: u32 = 0;
  for (let c: u32 = 0; c <= classes; c++) {
    const start = number(SECTION_DISPATCHES, index + c);
    if (start < previous || start > items) return false;
    previous = start;
  }
  return true;
}

function checkItems(): i32 {
  const start = runStart();
  const end = runEnd(count(SECTION_FOLLOW_ITEMS));
  const items = table(SECTION_FOLLOW_ITEMS);
  for (let i = start; i < end; ) {
    const stop = findOwner(i, ITEMS, end);
    const positions = hasOwner()
      ? share(regexAt(owner), REGEX_SIZE, REGEX_POSITION_START_AT)
      : NONE;
    for (; i < stop; i++) {
      if (load<u16>(items + ((<usize>i) << 1)) >= positions) return LOAD_BAD_REGEX;
    }
  }
  return LOAD_OK;
}

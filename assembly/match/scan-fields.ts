/**
 * The shared pass: every value of the request, in every transformed form that some literal leaf reads,
 * goes through the automaton and the table of whole values once. Chains that leave a value unchanged
 * share the scan of the value itself.
 */
import {
  ARENA_CHAIN_STAMPS,
  FIELD_KIND_AT,
  SCAN_CHAIN_AT,
  SCAN_SET_START_AT,
  SCAN_SIZE,
  SECTION_KIND_SCANS,
  SECTION_SCAN_SETS,
  SECTION_SCANS,
} from '../layout.gen';
import { number, record } from '../program/section';
import { fieldAt, fieldCount, isNamed } from '../request/fields';
import { charge, exhausted } from '../steps';
import { applyChain, outputAt, outputLen } from '../transforms/apply-chain';
import { scanLiterals } from './automaton';
import { lookUp } from './exact';
import { startScan } from './literal-hit';
import { selectsView } from './target-set';
import { nextSerial, viewAt, viewKind, viewLen, viewName, viewValue } from './view';

export function scanFields(): void {
  for (let i: u32 = 0, n = fieldCount(); i < n; i++) {
    viewValue(i);
    scanView();
    if (exhausted()) return;
    if (!isNamed(load<u32>(fieldAt(i), FIELD_KIND_AT))) continue;
    viewName(i);
    scanView();
    if (exhausted()) return;
  }
}

function scanView(): void {
  const end = number(SECTION_KIND_SCANS, viewKind + 1);
  const plain = nextSerial();
  let plainIsRead = false;
  for (let i = number(SECTION_KIND_SCANS, viewKind); i < end && !exhausted(); i++) {
    const entry = record(SECTION_SCANS, i, SCAN_SIZE);
    charge(1);
    if (!isNeeded(entry)) continue;
    const chain = load<u32>(entry, SCAN_CHAIN_AT);
    if (applyChain(chain, viewAt, viewLen)) {
      const serial = nextSerial();
      setChainStamp(chain, serial);
      scan(outputAt, outputLen, serial);
    } else {
      setChainStamp(chain, plain);
      plainIsRead = true;
    }
  }
  if (plainIsRead && !exhausted()) scan(viewAt, viewLen, plain);
}

/** Some target set of the entry selects the view; an entry without sets is needed for every view. */
function isNeeded(entry: usize): bool {
  const from = load<u32>(entry, SCAN_SET_START_AT);
  const end = load<u32>(entry + SCAN_SIZE, SCAN_SET_START_AT);
  for (let i = from; i < end; i++) {
    if (selectsView(number(SECTION_SCAN_SETS, i))) return true;
  }
  return from == end;
}

function setChainStamp(chain: u32, serial: u32): void {
  store<u32>(ARENA_CHAIN_STAMPS + ((<usize>chain) << 2), serial);
}

function scan(at: usize, length: u32, serial: u32): void {
  charge(1);
  startScan(at, length, serial);
  lookUp(at, length);
  scanLiterals(at, length);
}

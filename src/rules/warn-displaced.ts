import type { Logger } from '../telemetry/logger.ts';
import type { ListedRule } from './rule-book.ts';

const SHOWN = 20;

/** Makes the function that logs which dynamic rules have newly given way to rule files. */
export function createDisplacedWarning(log: Logger): (listed: readonly ListedRule[]) => void {
  let known: ReadonlySet<string> = new Set();
  return (listed) => {
    const displaced = listed
      .filter(({ displaces }) => displaces !== undefined)
      .map(({ rule, file }) => ({ id: rule.id, file }));
    const added = displaced.filter(({ id, file }) => !known.has(`${id} ${file}`));
    known = new Set(displaced.map(({ id, file }) => `${id} ${file}`));
    if (added.length === 0) return;
    log.warn(
      { displaced: added.slice(0, SHOWN), count: added.length },
      'rule files displace dynamic rules of the same id; those are held until the files are gone',
    );
  };
}

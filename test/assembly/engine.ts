/** The whole engine with a hand on its caches, for tests. */
import { END_AT, REST_AT } from '../../assembly/match/regex/arena';
import { clearLazyDfa } from '../../assembly/match/regex/state-table';
import { clearValueCache, useValueCache } from '../../assembly/match/value-cache';

export {
  explain,
  inspect_request,
  load_program,
  load_program_step,
  request_area,
} from '../../assembly/index';

/** Forgets what earlier requests have left behind. */
export function flush_caches(): void {
  clearValueCache();
  clearLazyDfa();
}

/** 0: nothing is remembered from now on, until the next program is loaded. */
export function use_caches(on: i32): void {
  flush_caches();
  useValueCache(on != 0);
  if (on != 0) return;
  store<u32>(END_AT, 0);
  store<u32>(REST_AT, u32.MAX_VALUE);
}

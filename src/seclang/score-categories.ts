/** Score variable of the Core Rule Set → category of ours. */
const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['anomaly_score', 'inbound'],
  ['inbound_anomaly_score', 'inbound'],
  ['outbound_anomaly_score', 'outbound'],
  ['sql_injection_score', 'sqli'],
  ['xss_score', 'xss'],
  ['lfi_score', 'lfi'],
  ['rfi_score', 'rfi'],
  ['rce_score', 'rce'],
  ['php_injection_score', 'php'],
  ['http_violation_score', 'http'],
  ['session_fixation_score', 'session'],
]);

/**
 * The category that a score variable counts for, or null when the variable is no score. Scores of a
 * paranoia level above `blocking` are kept apart under `detection`: they are reported, and block nothing.
 */
export function scoreCategory(variable: string, blocking: number): string | null {
  const name = variable.toLowerCase();
  const known = CATEGORIES.get(name);
  if (known !== undefined) return known;
  const level = paranoiaOf(name);
  if (level !== null) {
    if (level > blocking) return 'detection';
    return name.startsWith('outbound') ? 'outbound' : 'inbound';
  }
  const other = /^([a-z][a-z0-9_]{0,25})_score$/.exec(name);
  return other === null ? null : other[1]!;
}

/** `inbound_anomaly_score_pl2`, `outbound_anomaly_score_pl2` → 2 */
export function paranoiaOf(variable: string): number | null {
  const match = /^(?:in|out)bound_anomaly_score_pl([1-4])$/i.exec(variable);
  return match === null ? null : Number(match[1]);
}

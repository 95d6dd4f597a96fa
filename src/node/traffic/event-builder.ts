import { createHmac } from 'node:crypto';
import type { EventSettings } from '../../config/settings.ts';
import { ACTION_NAMES, type InspectionRequest } from '../../engine/verdict.ts';
import type { ObservedRequest } from '../../fleet/shapes/observed-request.ts';
import type { FinishedExchange } from '../proxy/finished-exchange.ts';
import type { JudgeVerdict } from '../proxy/proxy-deps.ts';
import { fitEvent } from './fit-event.ts';
import { MissingTargets } from './missing-targets.ts';
import { redactBody } from './redaction/redact-body.ts';
import { redactQuery } from './redaction/redact-form.ts';
import { createSecretNames, type IsSecret } from './redaction/secret-names.ts';

/** Makes the event of an exchange; null when it cannot be made small enough. `now`: milliseconds since the epoch. */
export type EventBuilder = (
  exchange: FinishedExchange & { readonly inspected: InspectionRequest },
  reason: Pick<ObservedRequest, 'why' | 'sample_rate'>,
  now: number,
) => ObservedRequest | null;

const MAX_RULES = 256;

/** Redacts as the settings say: nothing secret leaves this function. */
export function createEventBuilder(settings: EventSettings, nodeId: string): EventBuilder {
  const secretHeaders = new Set(settings.redact_headers.map((name) => name.toLowerCase()));
  const isSecret = createSecretNames(settings.redact_parameters);

  return (exchange, reason, now) => {
    const { inspected, verdict } = exchange;
    const missing = new MissingTargets();
    const uri = redactQuery(inspected.uri, isSecret, (name) =>
      missing.add(`query[${name.slice(0, 128)}]`),
    );
    const headers = redactHeaders(inspected.headers, secretHeaders, isSecret, missing);
    const body = bodyOf(inspected, settings, isSecret, missing);
    const event: ObservedRequest = {
      v: 1,
      id: exchange.id,
      node_id: nodeId,
      at: inspected.now,
      source_ip: inspected.sourceIp,
      method: inspected.method,
      uri,
      version: inspected.version,
      headers,
      ...body,
      missing: missing.list(),
      status: exchange.status,
      duration_ms: Math.max(0, now - inspected.now),
      ...findings(verdict),
      ...(exchange.unavailable ? { action: 'unavailable' as const } : {}),
      ...reason,
    };
    return fitEvent(event, settings.max_event_bytes);
  };
}

function redactHeaders(
  flat: readonly string[],
  secretHeaders: ReadonlySet<string>,
  isSecret: IsSecret,
  missing: MissingTargets,
): [string, string][] {
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at]!;
    const value = flat[at + 1]!;
    const lower = name.toLowerCase();
    if (secretHeaders.has(lower)) {
      missing.add(`headers[${lower}]`);
      headers.push([name, '']);
    } else if (lower === 'referer') {
      // The address of the page before may carry what the query of a request may.
      headers.push([name, redactQuery(value, isSecret, () => missing.add('headers[referer]'))]);
    } else headers.push([name, value]);
  }
  return headers;
}

type BodyFields = Pick<ObservedRequest, 'body' | 'body_hash' | 'body_length'>;

function bodyOf(
  request: InspectionRequest,
  settings: EventSettings,
  isSecret: IsSecret,
  missing: MissingTargets,
): BodyFields {
  const { body, headers } = request;
  if (body === null || body.length === 0) return { body: null, body_length: 0 };
  const body_length = lengthOf(body, headers);
  const head = body.subarray(0, settings.body_bytes);
  if (settings.body !== 'head' || head.length < body_length) missing.add('body.raw');
  if (settings.body === 'none') return { body: null, body_length: 0 };
  if (settings.body === 'length') return { body: null, body_length };
  if (settings.body === 'hash') {
    const body_hash = createHmac('sha256', settings.hash_key).update(head).digest('hex');
    return { body: null, body_hash, body_length };
  }
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const facts = {
    text,
    contentType: headerOf(headers, 'content-type'),
    contentEncoding: headerOf(headers, 'content-encoding'),
  };
  const redacted = redactBody(facts, isSecret, missing.add);
  if (redacted !== text) missing.add('body.raw');
  if (redacted === null) return { body: null, body_length };
  return { body: Buffer.from(redacted, 'latin1').toString('base64'), body_length };
}

/** What was announced, or else what was held back for inspection. */
function lengthOf(body: Uint8Array, headers: readonly string[]): number {
  const announced = Number(headerOf(headers, 'content-length'));
  return Number.isSafeInteger(announced) && announced > body.length ? announced : body.length;
}

function headerOf(flat: readonly string[], name: string): string {
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (flat[at]!.toLowerCase() === name) return flat[at + 1]!;
  }
  return '';
}

type Findings = Pick<
  ObservedRequest,
  'action' | 'rule' | 'rules' | 'shadow_rules' | 'score' | 'revision'
>;

function findings(verdict: JudgeVerdict | null): Findings {
  if (verdict === null) {
    return { action: 'allow', rule: null, rules: [], shadow_rules: [], score: {}, revision: null };
  }
  const { action, module, explanation, explained } = verdict;
  const matches = explained.flatMap((found) => found.explanation.matches);
  const ids = (shadow: boolean) =>
    [...new Set(matches.filter((match) => match.shadow === shadow).map(({ rule }) => rule))].slice(
      0,
      MAX_RULES,
    );
  return {
    action: ACTION_NAMES[action],
    rule: explanation?.rule ?? null,
    rules: ids(false),
    shadow_rules: ids(true),
    score: explanation?.score ?? {},
    revision: module?.revision ?? explained[0]?.module.revision ?? null,
  };
}

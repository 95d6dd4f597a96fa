import { createHash } from 'node:crypto';
import type { ForeignCommand } from '../fleet/foreign-commands.ts';
import type { Accepted, Origin, Refused, RuleBook } from '../rules/rule-book.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface CommandDeps {
  readonly book: Pick<RuleBook, 'submit' | 'replace' | 'remove'>;
  readonly perMinute: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

export type CommandOutcome = 'accepted' | 'refused' | 'limited';

const MINUTE_MS = 60_000;
/** Nobody outside may block an address for longer. */
const MAX_TTL_SECONDS = 7 * 24 * 3_600;
const MAX_REASON = 200;

/**
 * Turns commands to block an address into rules, through the same door as everybody's. A rule made so is
 * named after the address: blocking again renews it, and unblocking removes this rule and no other.
 */
export function createForeignCommands({ book, perMinute, now, log }: CommandDeps) {
  let minute = 0;
  let taken = 0;

  const isAllowed = () => {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) taken = 0;
    minute = current;
    taken += 1;
    if (taken === perMinute + 1) log.warn({ per_minute: perMinute }, 'too many commands from NATS');
    return taken <= perMinute;
  };
  const obey = async (command: ForeignCommand): Promise<Accepted | Refused> => {
    const origin: Origin = { actor: `nats:${command.source}`, source: 'nats' };
    const id = ruleIdOf(command.ip);
    if (command.kind === 'unblock') return await book.remove(id, origin);
    const text = JSON.stringify(blockRule(id, command));
    const added = await book.submit(text, origin);
    return !added.ok && added.kind === 'conflict' ? await book.replace(id, text, origin) : added;
  };

  return async (command: ForeignCommand): Promise<CommandOutcome> => {
    if (!isAllowed()) return 'limited';
    const { kind, ip, source, command_id } = command;
    const facts = { kind, ip, source, command_id };
    try {
      const outcome = await obey(command);
      if (outcome.ok) {
        log.info(facts, 'command from NATS obeyed');
        return 'accepted';
      }
      const why = outcome.diagnostics[0]?.message ?? outcome.kind;
      log.warn({ ...facts, why }, 'command from NATS refused');
    } catch (error) {
      log.error({ ...facts, err: error }, 'command from NATS failed');
    }
    return 'refused';
  };
}

function blockRule(id: string, { ip, ttl_seconds, reason, source }: ForeignCommand): object {
  const because = reason.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_REASON);
  const ttl = Math.ceil(Math.min(ttl_seconds ?? 0, MAX_TTL_SECONDS));
  return {
    id,
    title: `Block ${ip}, as ${source} told`,
    ...(because === '' ? {} : { description: because }),
    tags: ['nats'],
    when: { target: 'client.ip', op: 'ip_in', value: [ip] },
    action: 'block',
    // Without a time of its own the rule gets the default lifetime: none of these stands for ever.
    ...(ttl > 0 ? { ttl_seconds: ttl } : {}),
  };
}

/** Addresses of either form are short; the digest makes two spellings of one text two rules at most. */
function ruleIdOf(ip: string): string {
  const digest = createHash('sha256').update(ip.toLowerCase()).digest('hex').slice(0, 16);
  return `nats-block-${digest}`;
}

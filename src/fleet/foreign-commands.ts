import { isIP } from 'node:net';
import type { FleetConnection } from './connection.ts';
import { isBlockCommand, isControlCommand, MAX_COMMAND_BYTES } from './shapes/foreign-command.ts';
import type { Shape } from './shapes/shape.ts';
import { type FleetNames, isName } from './subjects.ts';
import { tryParse } from './try-parse.ts';

/** Somebody on NATS wants an address blocked, or no longer blocked. */
export interface ForeignCommand {
  readonly kind: 'block' | 'unblock';
  readonly command_id: string;
  /** One address, IPv4 or IPv6; ranges are not accepted. */
  readonly ip: string;
  /** null: the sender does not say. */
  readonly ttl_seconds: number | null;
  readonly reason: string;
  /** Who sends it, by his own account: 1 to 64 of A-Z a-z 0-9 _ - */
  readonly source: string;
}

/** Of several orchestrators, one gets each command. */
const QUEUE = 'orchestrators';

/** Listens to SecBeat's documented commands until it is stopped. What is none is counted and left out. */
export function followForeignCommands(
  connection: FleetConnection,
  names: FleetNames,
  onCommand: (command: ForeignCommand) => void,
): () => void {
  const listen = <T>(subject: string, is: Shape<T>, translate: (payload: T) => ForeignCommand) =>
    connection.nats.subscribe(subject, {
      queue: QUEUE,
      callback: (error, message) => {
        if (error !== null) return;
        const parsed = tryParse(message.data, MAX_COMMAND_BYTES, is);
        const command = 'value' in parsed ? translate(parsed.value) : undefined;
        if (command === undefined || isIP(command.ip) === 0 || command.ip.includes('%')) {
          connection.malformed(subject, 'fault' in parsed ? parsed.fault : 'not an IP address');
          return;
        }
        try {
          onCommand(command);
        } catch (failure) {
          connection.listenerFailed(failure);
        }
      },
    });
  const subscriptions = [
    listen(names.blockCommands, isBlockCommand, (payload) => ({
      kind: 'block',
      command_id: payload.command_id,
      ip: payload.ip,
      ttl_seconds: payload.duration_seconds ?? null,
      reason: payload.reason ?? '',
      source: isName(payload.source ?? '') ? (payload.source ?? '') : 'unnamed',
    })),
    listen(names.controlCommands, isControlCommand, (payload) => ({
      kind: payload.action === 'ADD_DYNAMIC_RULE' ? 'block' : 'unblock',
      command_id: payload.command_id,
      ip: payload.target,
      ttl_seconds: payload.ttl_seconds ?? null,
      reason: '',
      source: 'control',
    })),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
}

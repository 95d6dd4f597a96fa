import { isAmount, isNullOr, isObject, isOneOf, isOptional, isText } from './shape.ts';

export const MAX_COMMAND_BYTES = 16 * 1024;

/** Payload of `secbeat.commands.block`, as SecBeat documents it. */
export interface BlockCommand {
  readonly command_id: string;
  readonly ip: string;
  readonly action: 'block';
  readonly reason?: string | null;
  readonly duration_seconds?: number | null;
  readonly source?: string | null;
}

/** Payload of `secbeat.control.commands`, as SecBeat documents it. */
export interface ControlCommand {
  readonly command_id: string;
  readonly action: 'ADD_DYNAMIC_RULE' | 'REMOVE_DYNAMIC_RULE';
  readonly rule_type: 'IP_BLOCK';
  readonly target: string;
  readonly ttl_seconds?: number | null;
}

const isSeconds = isOptional(isNullOr(isAmount));

export const isBlockCommand = isObject<BlockCommand>({
  command_id: isText(256),
  ip: isText(64),
  action: isOneOf('block'),
  reason: isOptional(isNullOr(isText(4_096))),
  duration_seconds: isSeconds,
  source: isOptional(isNullOr(isText(256))),
});

export const isControlCommand = isObject<ControlCommand>({
  command_id: isText(256),
  action: isOneOf('ADD_DYNAMIC_RULE', 'REMOVE_DYNAMIC_RULE'),
  rule_type: isOneOf('IP_BLOCK'),
  target: isText(64),
  ttl_seconds: isSeconds,
});

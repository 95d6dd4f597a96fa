import type { NatsError } from 'nats';
import { CodedError } from '../config/coded-error.ts';
import type { FleetErrorCode } from './error-codes.ts';

/** NATS, JetStream or something stored there did not do what the fleet needs. */
export class FleetError extends CodedError<FleetErrorCode> {}

const UNAVAILABLE = new Set([
  'TIMEOUT',
  'DISCONNECT',
  'CONNECTION_CLOSED',
  'CONNECTION_DRAINING',
  'CONNECTION_REFUSED',
  '408',
  '503',
]);
const DENIED = new Set(['PERMISSIONS_VIOLATION', 'AUTHORIZATION_VIOLATION']);

/** Wraps what the NATS client threw while it was `doing` something, e.g. `reading secbeat_rules/rules`. */
export function asFleetError(error: unknown, doing: string): FleetError {
  if (error instanceof FleetError) return error;
  const { code, message } = error as NatsError;
  const why = `${doing}: ${message ?? String(error)}`;
  if (UNAVAILABLE.has(code)) {
    return new FleetError('WAF_ERR_FLEET_UNAVAILABLE', why, { cause: error });
  }
  if (DENIED.has(code)) return new FleetError('WAF_ERR_FLEET_DENIED', why, { cause: error });
  return new FleetError('WAF_ERR_FLEET_REQUEST', why, { cause: error });
}

/** The error for everything that is tried while there is no connection. */
export function notConnected(doing: string): FleetError {
  return new FleetError('WAF_ERR_FLEET_UNAVAILABLE', `${doing}: not connected to NATS`);
}

/** JetStream's "wrong last sequence": somebody else wrote first. */
export function isConflict(error: unknown): boolean {
  return (error as NatsError).api_error?.err_code === 10071;
}

/** Neither the key nor, perhaps, its bucket is there. */
export function isNotFound(error: unknown): boolean {
  const { code, api_error } = error as NatsError;
  return code === '404' || api_error?.code === 404;
}

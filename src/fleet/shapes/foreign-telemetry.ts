import type { TelemetryPayload } from '../documented-payloads.ts';
import { isEither, isNullOr, isObject, isOptional, isText, type Shape } from './shape.ts';

export const MAX_TELEMETRY_BYTES = 64 * 1024;

/** What other programs publish on `secbeat.telemetry.*`; times are seen as text and as numbers. */
export type ForeignTelemetry = Omit<TelemetryPayload, 'timestamp' | 'user_agent'> & {
  readonly timestamp?: string | number;
  readonly user_agent?: string | null;
};

const isNumber = ((value: unknown) => Number.isFinite(value)) as Shape<number>;
const isStatus = ((value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1_000) as Shape<number>;

export const isForeignTelemetry = isObject<ForeignTelemetry>({
  node_id: isText(64),
  source_ip: isText(64),
  request_uri: isText(32_768),
  status_code: isStatus,
  timestamp: isOptional(isEither(isText(64), isNumber)),
  method: isText(64),
  user_agent: isOptional(isNullOr(isText(8_192))),
});

import { pino } from 'pino';
import type { RedisSettings } from '../../../src/config/settings.ts';
import type { PipelineMetrics } from '../../../src/pipeline/pipeline-metrics.ts';

export const silentLog = pino({ level: process.env.TEST_LOG ?? 'silent' });

export const silentMetrics: PipelineMetrics = {
  marked: () => undefined,
  queueWait: () => undefined,
  releasePhase: () => undefined,
  released: () => undefined,
  releaseFailed: () => undefined,
  publishToActive: () => undefined,
  rejectedByNode: () => undefined,
  fleet: () => undefined,
  activeRevision: () => undefined,
};

export function redisSettings(url: string, prefix = 'test'): RedisSettings {
  return {
    url,
    prefix,
    username: '',
    password: '',
    tls: { ca_file: '', cert_file: '', key_file: '' },
  };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type SettingFault } from '../../../src/config/config-error.ts';
import { loadSettings, type SettingsSources } from '../../../src/config/load-settings.ts';
import { temporaryFolder } from '../../servers.ts';

/** One way to write a setting. */
export interface Written {
  readonly name: string;
  readonly toml?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly overrides?: SettingsSources['overrides'];
}

const folder = temporaryFolder();

/** Path of a settings file with this text. */
export function settingsFile(text: string): string {
  const file = join(folder, 'settings.toml');
  writeFileSync(file, text);
  return file;
}

/** The faults that loading reports; empty when it accepts everything. */
export function faultsOf(sources: SettingsSources): readonly SettingFault[] {
  try {
    loadSettings({ env: {}, ...sources });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

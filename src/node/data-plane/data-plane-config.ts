import type {
  EventSettings,
  NodeSettings,
  SigningSettings,
  WafSettings,
} from '../../config/settings.ts';

/** The settings a data-plane process needs, also to be sent to worker processes; of secrets only `hash_key`. */
export interface DataPlaneConfig {
  readonly node: Omit<NodeSettings, 'orchestrator_url' | 'orchestrator_key'>;
  readonly waf: WafSettings;
  readonly signing: Pick<SigningSettings, 'trusted_key_files' | 'required'>;
  /** What must not be kept of requests, and which of them are told about; absent: credentials and cookies, none. */
  readonly events?: EventSettings;
  /** Folder of the module store's artifacts, by digest. */
  readonly artifactDir: string;
}

/** The module that is meant when none is named: `universal-waf` of the setting `universal-waf.wasm`. */
export function defaultModuleName(waf: WafSettings): string {
  return waf.wasm.module.replace(/\.wasm$/, '');
}

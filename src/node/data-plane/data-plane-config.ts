import type { NodeSettings, SigningSettings, WafSettings } from '../../config/settings.ts';

/** The settings a data-plane process needs; holds no secret, so it may travel to worker processes. */
export interface DataPlaneConfig {
  readonly node: Omit<NodeSettings, 'orchestrator_url' | 'orchestrator_key'>;
  readonly waf: WafSettings;
  readonly signing: Pick<SigningSettings, 'trusted_key_files' | 'required'>;
  /** Folder of the module store's artifacts, by digest. */
  readonly artifactDir: string;
}

/** The module that is meant when none is named: `universal-waf` of the setting `universal-waf.wasm`. */
export function defaultModuleName(waf: WafSettings): string {
  return waf.wasm.module.replace(/\.wasm$/, '');
}

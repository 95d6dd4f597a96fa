import { LIMITS } from '../config/limits.ts';

const MODULE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Whether a module may run under this name. */
export function isModuleName(name: string): boolean {
  return name.length <= LIMITS.upload.max_name_length && MODULE_NAME.test(name);
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../../src/config/package-root.ts';
import { CRS_FOLDER } from '../rule-sets.ts';

const FOLDER = packagePath('.secbeat', 'bench');

/** Engine settings as the project of the Core Rule Set recommends them, without any log. */
const SETTINGS = `SecRuleEngine On
SecAuditEngine Off
SecRequestBodyAccess On
SecResponseBodyAccess Off
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 1048576
SecRule REQUEST_HEADERS:Content-Type "(?:application(?:/soap\\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/(?:[a-z0-9.-]+[+])?json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecArgumentSeparator &
SecCookieFormat 0
`;

/** Writes the configuration of ModSecurity with the Core Rule Set, level 1; null without the rules. */
export function writeCrsConfiguration(): string | null {
  if (!existsSync(join(CRS_FOLDER, 'crs-setup.conf.example'))) return null;
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, 'modsecurity-crs.conf');
  const includes = ['crs-setup.conf.example', 'rules/*.conf'];
  writeFileSync(
    file,
    SETTINGS + includes.map((path) => `Include ${join(CRS_FOLDER, path)}\n`).join(''),
  );
  return file;
}

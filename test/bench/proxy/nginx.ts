import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../src/config/package-root.ts';
import { findTool, type Tool } from '../../../src/launcher/find-tool.ts';
import { writeCrsConfiguration } from '../engine/peers/crs-configuration.ts';
import { debianTools } from '../engine/peers/debian-tools.ts';
import { progress } from '../report/progress.ts';
import { freePort, type ServerProcess, startServer } from './server-process.ts';

const FOLDER = packagePath('.secbeat', 'bench', 'nginx');
const MODULE = 'ngx_http_modsecurity_module.so';
const REPLY_BYTES = 512;

/** An nginx, and where its modules are. */
export interface Nginx {
  readonly tool: Tool;
  /** null: ModSecurity's module, or the Core Rule Set, is missing. */
  readonly modsecurity: { readonly module: string; readonly configuration: string } | null;
}

/** The installed nginx, or one that is unpacked for the benchmark; null, after a line on stderr. */
export async function findNginx(): Promise<Nginx | null> {
  const configuration = writeCrsConfiguration();
  const wanted = ['nginx', 'libnginx-mod-http-modsecurity'];
  try {
    let tool = findTool('nginx', { toolsFolder: '' });
    let root = '';
    if (tool === undefined || moduleIn(root) === null) {
      root = await debianTools(wanted);
      tool = findTool('nginx', { path: '', systemFolders: [], toolsFolder: root });
    }
    const module = moduleIn(root);
    if (tool === undefined) throw new Error('nginx is not in its package');
    if (module === null || configuration === null) {
      progress('nginx with ModSecurity and the Core Rule Set cannot be had, its rows are left out');
    }
    return { tool, modsecurity: module && configuration ? { module, configuration } : null };
  } catch (error) {
    progress(
      `nginx cannot be had, its rows are left out: ${(error as Error).message.split('\n')[0]}`,
    );
    return null;
  }
}

function moduleIn(root: string): string | null {
  const file = `${root}/usr/lib/nginx/modules/${MODULE}`;
  return existsSync(file) ? file : null;
}

/** Answers everything with a small body. */
export function startNginxUpstream(nginx: Nginx): Promise<ServerProcess> {
  const reply = `return 200 "${'x'.repeat(REPLY_BYTES)}";`;
  return startNginx(
    nginx,
    'upstream',
    'load',
    (port) => `server { listen 127.0.0.1:${port}; ${reply} }`,
  );
}

/** One process that forwards everything; with `modsecurity`, what the rules let through. */
export function startNginxProxy(
  nginx: Nginx,
  upstreamPort: number,
  modsecurity: Nginx['modsecurity'],
): Promise<ServerProcess> {
  const name = modsecurity ? 'modsecurity' : 'plain';
  const load = modsecurity ? `load_module ${modsecurity.module};\n` : '';
  const rules = modsecurity
    ? `modsecurity on; modsecurity_rules_file ${modsecurity.configuration};`
    : '';
  const blocks = (port: number) => `
  upstream origin { server 127.0.0.1:${upstreamPort}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    ${rules}
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }`;
  return startNginx(nginx, name, 'server', blocks, load);
}

async function startNginx(
  { tool }: Nginx,
  name: string,
  core: 'server' | 'load',
  blocks: (port: number) => string,
  load = '',
): Promise<ServerProcess> {
  const port = await freePort();
  const folder = join(FOLDER, name);
  mkdirSync(join(folder, 'temporary'), { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, load, blocks(port)));
  const args = ['-p', folder, '-c', file, '-e', join(folder, 'error.log')];
  return startServer({ path: tool.path, args, env: tool.env }, core, port);
}

/** One process without a master, so that its processor time is the whole. */
function configuration(folder: string, load: string, blocks: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${folder}/temporary/${kind};\n`,
  );
  return `${load}daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_buffer_size 256k;
${paths.join('')}${blocks}
}
`;
}

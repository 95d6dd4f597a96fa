import { shapesOf } from './shape.ts';

/** One step of a separator in any of its disguises: encoded, doubled, overlong, or as digits. */
const SEPARATOR = String.raw`(?:0x(?:2f|5c)|%{0,4}(?:25){0,3}(?:2f|5c|c0%?\w{2}|c1%?\w{2}|u\w{4}|\w{2})|[^a-z0-9 .,!?;:'"()\[\]<>*_=-])`;
const DOT = String.raw`(?:\.|0x2e|%{1,4}(?:25){0,3}(?:32%?65|2e|u002e|uff0e|c0%(?:2e|ae|5e|ee|fe))|[\xc0\xe0\xf0\xf8\xfc][\x80]{0,4}[\x2e\x5e\xae\xee\xfe])`;
const FILES =
  'passwd|shadow|group|issue|hosts|motd|fstab|crontab|resolv\\.conf|inittab|sudoers|profile|my\\.cnf|mysql|apache2?|' +
  'httpd|nginx|php\\d?\\.ini|php|samba|ssh|network|release|redhat-release|syslog\\.conf|exports|mtab|security|init\\.d|lilo\\.conf|' +
  'inetd\\.conf|vsftpd\\.conf|proftpd\\.conf|pure-ftpd|snmp|logrotate\\.\\w+|environment|bashrc|anacrontab|aliases|login\\.defs';

/** Forms of paths that lead out of a site or to files of the system. */
export const PATH_SHAPES = shapesOf('path', 'path', [
  ['climb', 'steps up in the tree', `(?:${DOT}{2,4}${SEPARATOR}{1,8}){2}`],
  [
    'climb-raw',
    'steps up in the tree, in bytes of any kind',
    String.raw`(?:\.{2,}[^a-z0-9 .,!?;:'")]{1,12}){2}`,
  ],
  [
    'climb-once',
    'a step up in the tree',
    String.raw`(?:^|[^a-z0-9.])\.\.{1,3}(?:/|\\|%2f|%5c|0x2f|0x5c)`,
  ],
  [
    'dots-encoded',
    'encoded dots',
    String.raw`(?:0x2e|%{1,4}(?:25){0,3}(?:2e|32%65|c0%ae)|[\xc0\xe0\xf0\xf8\xfc][\x80]{0,4}[\xae\xee\xfe]){2}`,
  ],
  [
    'overlong',
    'overlong or invalid encodings',
    String.raw`(?:[\xc0\xc1][\x00-\x7f\x80-\xbf]|[\xe0\xf0\xf8\xfc][\x80]{1,4}[\x80-\xbf]|%c[01]%\w{2}|%e0%80%\w{2}|%u[ef]\w{3}).{0,40}(?:[\xc0\xc1][\x00-\x7f\x80-\xbf]|[\xe0\xf0\xf8\xfc][\x80]{1,4}[\x80-\xbf]|%c[01]%\w{2}|%e0%80%\w{2}|%u[ef]\w{3})`,
  ],
  [
    'system-file',
    'a file of the system',
    String.raw`\betc[^a-z0-9 ]{1,30}(?:\w{2,5}[^a-z0-9 ]{1,4}){0,2}(?:${FILES})|etc(?:(?:0x|%|c[01]|u)?\w{2,5}){1,2}(?:passwd|issue|hosts|shadow)`,
  ],
  [
    'windows-file',
    'a file of Windows',
    String.raw`\b(?:boot|win|system|desktop|php|my)\.ini\b|\bwin(?:dows|nt)[^ ]{1,40}(?:system32|win\.ini|repair|drivers|system\.ini|php\.ini|temp)|system32|\bntuser\.dat|\bautoexec\.bat|\b[a-z]:(?:/|\\){1,4}(?:boot|win|windows|winnt|xampp|program|inetpub|users|apache|php|mysql|wamp)`,
  ],
  [
    'unix-tree',
    'a folder of the system',
    String.raw`(?:^|[/\\=:. ])(?:proc[/\\](?:self|version|cmdline|\d+)|var[/\\](?:log|lib|www|mail|run|spool|apache|local|adm)|usr[/\\](?:local|lib|share|etc|home|pkg)|opt[/\\](?:lampp|apache|xampp|nginx)|root[/\\]\.|home[/\\]\w+[/\\]\.|volumes[/\\]|private[/\\]etc|dev[/\\](?:fd|null|tcp))`,
  ],
  [
    'server-file',
    'a file of the web server or an application',
    String.raw`\.ht(?:access|passwd|group)\b|\bweb\.config\b|web-?inf|wp-config|\.(?:ssh|aws|git|svn|env|bash_history|mysql_history)(?:$|[/\\])|id_[rd]sa\b|\b(?:httpd|apache2?|nginx|php|lighttpd|vhosts?)\.(?:conf|ini)|\b(?:access|error)[._]log\b|\bconfig(?:uration)?\.(?:php|inc)|global\.asa|my\.cnf`,
  ],
  [
    'wrapper',
    'a wrapper of PHP or Java',
    String.raw`\b(?:php|zip|phar|expect|glob|zlib|compress\.\w+|jar|netdoc|ogg|rar|file|gopher|dict|tftp|sftp|ldap):/{0,2}(?:/|filter|input|text|stdin|[a-z]:)`,
  ],
  [
    'null-byte',
    'a NUL byte that ends a name',
    String.raw`(?:\x00|%00)(?:\.[a-z]{2,5})?$|(?:passwd|hosts|boot\.ini|issue|shadow)(?:\x00|%00)`,
  ],
  [
    'repeated-separator',
    'long runs of separators',
    String.raw`(?:/\.){4}|(?:\\\.){3}|(?:\.[/\\]){4}|(?:/\./){2}`,
  ],
  ['placeholder', 'a path that ends in a placeholder', String.raw`[./\\][^ ]{0,60}\{\w{1,12}\}$`],
]);

import { shapesOf } from './shape.ts';

/** Commands whose names are seldom words of a sentence. */
const COMMANDS =
  'cat|ls|id|uname|whoami|pwd|ping|sleep|wget|curl|nc|ncat|netcat|telnet|tftp|nslookup|dig|ps|netstat|ifconfig|ipconfig|' +
  'dir|type|echo|printf|netsh|arp|rm|mv|cp|chmod|chown|touch|mkdir|whereis|grep|sh|bash|zsh|ksh|csh|dash|perl|python\\d?|' +
  'ruby|php|lua|gcc|cmd|powershell|systeminfo|tasklist|ver|set|reg|copy|del|env|printenv|export|expr|awk|sed|tee|xargs|' +
  'base64|xxd|getent|hostname|df|du|mount|crontab|eval|exec|passthru|system|phpinfo|str|reboot|shutdown|sudo|su|useradd|net';
/** Commands that are words as well: only where nothing else stands. */
const WORDS =
  'true|false|test|host|ftp|route|find|head|tail|more|less|if|for|while|read|kill|which|node|java|service|w|who';
const PHP =
  'system|exec|passthru|shell_exec|popen|proc_open|pcntl_exec|eval|assert|phpinfo|print|print_r|printf|var_dump|die|echo|' +
  'base64_decode|file_get_contents|file_put_contents|fopen|readfile|include|include_once|require|require_once|create_function|' +
  'call_user_func|preg_replace|md5|sleep|usleep|phpversion|getcwd|php_uname|gzinflate|str_rot13|ob_start|array_map|chr|show_source|highlight_file';
const BINARIES = '(?:/?(?:usr/|local/|s?bin/){1,3})?';
const AFTER = String.raw`(?:\.exe)?(?:[;|&\x60\n\r"'\\/$<>)(#%+]|$|[ \t]{1,3}(?:[-/%$"'<>|;&\\0-9.*(\x60]|[a-z0-9_]{1,16}(?:[./:\\;|&]|$)))`;
/** What comes before the command is short, and no user agent. */
const LEAD = '^[^({[]{0,60}';

/** Forms of commands for a shell. */
export const SHELL_SHAPES = shapesOf('shell', 'shell', [
  [
    'chained-command',
    'a command behind a separator',
    String.raw`${LEAD}(?:[;|&\x60\n\r]|\$\(|%0a|%0d|\\n|\\r)[ \t+"'\\({]{0,8}${BINARIES}(?:${COMMANDS})${AFTER}`,
  ],
  ['substitution', 'a command in $( )', String.raw`\$\( ?[a-z(][^)]{0,60}\)|\$\(\(`],
  [
    'backticks',
    'a command in backticks',
    String.raw`\x60${BINARIES}(?:${COMMANDS})(?:[ ;|&$][^\x60]{0,60})?\x60`,
  ],
  [
    'separator-word',
    'separators around a word',
    String.raw`^[^a-z0-9]{0,6}[;|&\x60\n\r]{1,2}[ \t+/]{0,3}[a-z/.]{1,30}[ \t]{0,2}(?:[;|&\x60#\n\r]{1,2}|$)`,
  ],
  ['ifs', 'spaces written as $IFS', String.raw`\$\{?ifs`],
  [
    'binary',
    'a program by its path',
    String.raw`/(?:usr/)?(?:local/)?s?bin/(?:${COMMANDS}|${WORDS}|nc\.\w+)(?:[^-./\w]|$)`,
  ],
  [
    'arithmetic',
    'arithmetic of a shell',
    String.raw`\$\(\( ?\d+ ?[+*/-] ?\d+|\bexpr \d+ [+*-]|\bset /a ?\d`,
  ],
  [
    'shellshock',
    'a function definition before a command',
    String.raw`\( ?\) ?\{ ?[^}]{0,20}[;:] ?\}? ?;`,
  ],
  [
    'condition',
    'IF … THEN of a shell',
    String.raw`\bif \[{1,2} .{1,60}\]{1,2}.{0,12}then\b|\bfor /[fd] |\bstr\d? ?= ?\$`,
  ],
  [
    'command-option',
    'a command with an option, address or file',
    String.raw`^[^a-z0-9]{0,12}(?:[a-z0-9]{1,8}[^a-z0-9]{1,6})?${BINARIES}(?:${COMMANDS})(?:\.exe)?[ \t+]{1,3}(?:-{1,2}[a-z]|/[a-z]|https?:|\d{1,3}\.\d|[a-z]:[\\/]|%\w|\$|\d+ ?[;|&\x60#"']|\d+$|user|localgroup|view|\.\.)[^\n]{0,200}$`,
  ],
  [
    'redirect',
    'output to a file or a device',
    String.raw`[0-9&]?>{1,2} ?(?:&\d|/dev/|/tmp/|/var/|[a-z0-9_./\\]{1,40}\.(?:txt|php|sh|html?|jsp|asp))|\| ?(?:tee|sh|bash)\b`,
  ],
  [
    'download',
    'a download by a command',
    String.raw`\b(?:wget|curl|lynx|certutil|bitsadmin)\b.{0,60}(?:https?:|ftp:|\d{1,3}(?:\.\d{1,3}){3})`,
  ],
  [
    'disguised-word',
    'a command cut up by signs',
    String.raw`${LEAD}[;|&\x60] ?[a-z/]{0,20}(?:[a-z]['"\\]{1,2}[a-z]|\$[@*]|/\?{2,}|\?{2,}[a-z/])`,
  ],
  [
    'windows-command',
    'a command of Windows',
    String.raw`\b(?:cmd(?:\.exe)? ?/[ck]|powershell(?:\.exe)? ?-|reg (?:query|add) "?hk|type (?:[a-z]:|%)|dir[ +][a-z]:|%(?:systemroot|comspec|programfiles|windir|os|temp|username)%)|(?:^|[;|&\x60]) ?net (?:user|localgroup|view|share)\b`,
  ],
  [
    'lone-command',
    'nothing but a command',
    String.raw`^[ "'();|&\x60\n\r\\+$]{1,8}${BINARIES}(?:${COMMANDS}|${WORDS})(?:[ "'();|&\x60\n\r\\#+$]{0,6}$|[ +\t]{1,2}(?:-\w{1,6}|\d{1,4}|/\S{1,60}|[a-z]:/?)[ "'();|&\x60\n\r\\#+]{0,6}$)`,
  ],
  [
    'command-end',
    'a command cut off by a separator',
    String.raw`^[a-z0-9"'()]{0,4}[;|&]{0,2}${BINARIES}(?:${COMMANDS})[ )]{0,2}[;|&\x60#]{1,2}$`,
  ],
  ['ssi', 'a server-side include', '<!--#(?:exec|include|echo|config|printenv|set|fsize|flastmod)'],
]);

/** Forms of program code, expression languages and templates. */
export const CODE_SHAPES = shapesOf('code', 'shell', [
  [
    'php-call',
    'a function of PHP that runs or shows something',
    String.raw`(?:^[^a-z0-9]{0,12}|[;{(@'"\x60|&$)\\.] ?)(?:${PHP}) ?\( ?["'\x60$\w)@(]`,
  ],
  ['php-tag', 'a PHP tag', String.raw`<\?(?:php|=|\s)|\?>`],
  [
    'php-interpolation',
    'code in a PHP text',
    String.raw`\$\{ ?@?[a-z_]{2,24} ?\(|\{\$\{|\$_(?:get|post|request|server|cookie|files)\b|\$globals\b`,
  ],
  [
    'quote-call',
    'a quote that ends a text, then a call',
    String.raw`['"][ )]{0,4}[.;&|+][ ]{0,3}[a-z_@]{2,24} ?\(`,
  ],
  [
    'php-string',
    'a text of PHP ended by code',
    String.raw`['")][;.] ?(?:${PHP})\b|\.{1,2}(?:print|system|eval) ?\(`,
  ],
  [
    'java',
    'classes of Java that run commands',
    String.raw`\bgetruntime\b|\bprocessbuilder\b|java\.lang|java\.io|java\.util|\bognl|memberaccess|xwork|#\w{1,20} ?= ?(?:@|#|new |\()|@[a-z.]{4,60}@`,
  ],
  [
    'expression',
    'an expression of a template',
    String.raw`(?:\$|%|#|\*|@)\{[^}]{0,60}(?:[().*+#@'"]|[0-9])[^}]{0,60}\}`,
  ],
  ['braces', 'a template in double braces', String.raw`\{\{[^}]{1,80}\}\}|\{%[^%]{1,80}%\}`],
  [
    'scriptlet',
    'a scriptlet',
    String.raw`<%[=@ ]?[^%]{1,80}%>|<#(?:assign|if|list)|#set ?\(|\[\[\$\{`,
  ],
  [
    'python',
    'internals of Python',
    String.raw`__(?:class|globals|import|mro|subclasses|init|builtins|base)__|\b(?:os|subprocess|commands)\.(?:system|popen|check_output|call)|\bself\.__|\brequest\.application\b`,
  ],
  [
    'lookup',
    'a lookup of a logging library',
    String.raw`\$\{[^}]{0,20}(?:jndi|lower|upper|env|sys|date|main|ctx|::-)`,
  ],
  [
    'constructor',
    'access to a constructor',
    String.raw`\bconstructor\b.{0,6}(?:\(|\[|\.)|\b__proto__\b|\bprocess\.(?:env|mainmodule)|\brequire ?\( ?['"]child`,
  ],
  [
    'arithmetic-probe',
    'an arithmetic probe',
    String.raw`(?:[{(=<\[]{1,3}|^)[ '"]{0,2}\{?\d{1,6}\}? ?[?]?[*+] ?[{']?\d{1,6}[ '"]{0,2}[})%>\]]`,
  ],
]);

import { shapesOf } from './shape.ts';

export const OTHER_SHAPES = [
  ...shapesOf('xml', 'markup', [
    [
      'doctype',
      'a document type with entities',
      String.raw`<!doctype[^>]{0,60}(?:\[|system|public)|<!entity`,
    ],
    [
      'external',
      'an external entity',
      String.raw`\b(?:system|public) ["'][^"']{0,60}(?:file:|https?:|php:|ftp:|/)`,
    ],
    [
      'include',
      'an inclusion or a style sheet',
      String.raw`<xi:include|xmlns:(?:xi|xsl)|<xsl:|<\?xml-stylesheet`,
    ],
    ['declaration', 'an XML declaration in a value', String.raw`<\?xml `],
  ]),
  ...shapesOf('ldap', 'plain', [
    ['filter', 'an LDAP filter', String.raw`\( ?[|&!] ?\(|\* ?\)+ ?\(|\)\( ?[a-z]{1,20} ?[=~<>]`],
    [
      'attribute',
      'an attribute of a directory',
      String.raw`\b(?:uid|cn|objectclass|samaccountname|userpassword|mail|sn) ?[=~<>]{1,2} ?\*|\|\(\w{1,20}=`,
    ],
    [
      'wildcard',
      'wildcards and parentheses alone',
      String.raw`^[*()|&%!=\\/ a-z@0-9]{0,3}[*()|&!]{2,12}$`,
    ],
  ]),
  ...shapesOf('nosql', 'plain', [
    [
      'operator',
      'an operator of a document store',
      String.raw`\$(?:ne|gte?|lte?|where|regex|n?in|exists|or|and|not|nor|all|func|lookup|expr)\b`,
    ],
    [
      'javascript',
      'JavaScript in a query',
      String.raw`['"; ](?:return|this\.\w{1,30}) ?[=!<>(]|\|\| ?['"]?1['"]? ?==`,
    ],
    [
      'store-command',
      'commands of a store',
      String.raw`\b(?:db\.\w{1,20}\.\w{1,20} ?\(|mapreduce|flushall\b)`,
    ],
  ]),
  ...shapesOf('header', 'shell', [
    [
      'split',
      'a line end and a header line',
      String.raw`(?:[\r\n]|%0[ad]|\\r|\\n){1,4} ?(?:set-cookie|content-\w{3,12}|location|x-[a-z-]{2,30}|refresh|host|bcc|rcpt to) ?:|[\r\n] ?http/1\.`,
    ],
    [
      'mail-command',
      'commands of a mail protocol',
      String.raw`\brcpt to ?:|\bmail from ?:|\b[av]\d{2,4} (?:fetch|select|capability|examine|logout)\b`,
    ],
  ]),
  ...shapesOf('fetch', 'plain', [
    [
      'internal-address',
      'an address of an internal host',
      String.raw`\b(?:https?|ftp|gopher|dict):/{0,4}[^/]{0,40}(?:127\.|0\.0\.0\.0|localhost|169\.254|10\.\d|192\.168|172\.(?:1[6-9]|2\d|3[01])\.|\[::|0x[0-9a-f]{2}|\d{8,10}|metadata|instance-data|\.internal|nip\.io|localtest)`,
    ],
    [
      'metadata',
      'the metadata of a cloud',
      String.raw`latest/(?:meta-data|user-data|dynamic)|computemetadata|metadata/(?:v1|instance)|/opc/v\d|169\.254\.169\.254`,
    ],
    [
      'scheme',
      'an uncommon scheme',
      String.raw`\b(?:gopher|dict|ldaps?|tftp|sftp|netdoc|jar|file|phar|php|expect|rmi|imap|smb):/{1,4}`,
    ],
  ]),
];

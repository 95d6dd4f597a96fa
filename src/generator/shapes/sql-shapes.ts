import { shapesOf } from './shape.ts';

const LOGICAL = String.raw`(?:\b(?:or|and|xor|where|having|when|not|div|mod)\b|\|\||&&)`;
const WORDS = String.raw`\b(?:or|and|xor|where|having|when|not)\b`;
const COMPARES = String.raw`(?:<=>|[<>!]=?|=|\b(?:not )?(?:like|rlike|regexp|in|between|is|sounds like)\b)`;
const OPENS = `[ ('"!~+@-]{0,12}`;
const DELAYS =
  'sleep|benchmark|pg_sleep|dbms_lock\\.sleep|dbms_pipe\\.receive_message|sleepms|generate_series|randomblob|' +
  'sys_eval|sys_exec';
const INFORMS =
  'user|database|version|current_user|system_user|session_user|schema|last_insert_id|connection_id|db_name|' +
  'user_name|host_name|current_database|current_setting|inet_server_addr|sqlite_version';
const BUILDS =
  'char|chr|ascii|nchar|unicode|ord|substr|substring|substring_index|mid|concat|concat_ws|group_concat|' +
  'elt|make_set|unhex|hex|ifnull|nullif|coalesce|isnull|nvl|decode|rpad|lpad|updatexml|extractvalue|' +
  'xmltype|json_extract|regexp_substring|regexp_like|load_file|load_extension|name_const|polygon|geometrycollection|' +
  'multipoint|multilinestring|linestring|utl_inaddr\\.get_host_\\w{1,10}|ctxsys\\.\\w+\\.\\w+|crypt_key|bin|floor|rand|randn|' +
  'sha1|md5|convert|cast|char_length|bit_length|length|count|locate|instr|position|exp|row|greatest|least|repeat|reverse';
const CATALOGS =
  'information_schema|mysql\\.(?:user|db)|sysobjects|syscolumns|sysusers|systables|sysdatabases|master\\.\\.|msysaccessobjects|' +
  'all_(?:users|tables|objects|tab_columns)|user_tables|user_tab_columns|dba_users|v\\$(?:version|instance|session)|' +
  'pg_(?:user|shadow|class|catalog|database|tables)|sqlite_master|rdb\\$|sysibm\\.|sysmaster|domain\\.(?:domains|tables|columns)|' +
  'sysprocesses|sys\\.(?:tables|objects|databases|columns)';

/** Forms of SQL that a value has no business to contain. Comments are spaces in this view. */
export const SQL_SHAPES = shapesOf('sql', 'sql', [
  [
    'union-select',
    'UNION SELECT',
    String.raw`\bunion\b[ ('"]{0,4}(?:all|distinct|distinctrow)?[^a-z0-9]{0,8}\bselect\b`,
  ],
  [
    'comparison',
    'a logical word with a comparison of constants',
    String.raw`${WORDS}${OPENS}[a-z0-9_.]{1,40}[ '")]{0,6}(?:<=>|[<>!]=?|=|\b(?:not )?(?:like|rlike|regexp|sounds like)\b)${OPENS}(?:n?['"]|\d|null\b|true\b|false\b|0x|\(? ?select\b|[a-z]{1,12}\()`,
  ],
  [
    'number-comparison',
    'a logical word before a comparison of numbers',
    String.raw`${LOGICAL}${OPENS}-?\d[\d.]*[ '")]{0,6}${COMPARES}${OPENS}\d`,
  ],
  [
    'text-comparison',
    'a logical word before a comparison of quoted texts',
    String.raw`${LOGICAL}[ (!~]{0,8}n?['"][^'"]{0,40}['"][ )]{0,4}${COMPARES}[ (]{0,4}n?['"\d]`,
  ],
  [
    'quote-logic',
    'a quote that ends a text, then a logical word',
    String.raw`['"][ )]{0,6}(?:\b(?:or|and|xor)\b|\|\||&&)[ (!~+'"-]{0,8}['"]?[a-z0-9_@ ]{0,40}['"]?[ )]{0,4}(?:[=<>]|\w\(|like ?['"]|in ?\(|is (?:not )?null|between ['"\d]|regexp\b)`,
  ],
  [
    'quote-comment',
    'a quote that ends a text, then a comment to the end',
    String.raw`['"][ );0-9]{0,8}(?:--[ +]?[a-z0-9]{0,8}[+-]?|#[a-z0-9 ]{0,8}|;\x00)['")]{0,2}$`,
  ],
  [
    'logic-comment',
    'a condition cut off by a comment',
    String.raw`(?:\b(?:or|and|having|where|like|by|limit|null)\b|\|\||&&)[^.,!?]{1,80}(?:--|#|;)[ +-]{0,4}[a-z0-9]{0,8}$`,
  ],
  [
    'delay',
    'a function that waits',
    String.raw`\b(?:${DELAYS}) ?\(|\bwaitfor (?:delay|time)\b|\bheavy_?query\b`,
  ],
  [
    'select-information',
    'a function or variable that tells about the database',
    String.raw`(?:\bselect\b|[,=('"|+-]) ?(?:@@[a-z_]{3,}|\b(?:${INFORMS}) ?\( ?\)|current_user\b)`,
  ],
  ['variable', 'a server variable', '@@[a-z_.]{4,}'],
  ['catalog', 'a table of the database about itself', String.raw`\b(?:${CATALOGS})`],
  [
    'select-expression',
    'SELECT with an expression',
    String.raw`\bselect\b[ (+-]{1,6}(?:\*|\d+\b ?[,)a-z=]|null\b|case\b|@@|top \d|distinct \w+ from|char ?\(|'[^']{0,30}',|if ?\(|\(? ?select\b|(?:${BUILDS}|${DELAYS}|${INFORMS}) ?\()`,
  ],
  [
    'select-from',
    'SELECT … FROM',
    String.raw`\bselect\b[ (][a-z0-9_(),*.@ '|:+-]{1,60}[ )*]from\b[ (]{1,3}(?:select\b|[a-z_$"\x60[]{2,40}(?:[._$][\w$.]{1,40})?[ )"\x60\]]{0,3}(?:$|--|#|[;),]|\b(?:where|limit|group|order|union|join|as|having|t\d|[a-z])\b))`,
  ],
  [
    'nested-select',
    'a SELECT in parentheses',
    String.raw`\( ?select\b|\bselect\b ?\(|['")\d] ?(?:and|or|xor|in|=|\+|\|\|)[ (]{0,4}select\b`,
  ],
  [
    'stacked',
    'a second statement behind a semicolon',
    String.raw`; ?(?:select\b|insert into\b|update \w+ set\b|delete from\b|drop \w+|exec\b|execute\b|declare\b|begin\b|create (?:table|user|function|or|alias)|alter\b|shutdown\b|if ?\(|waitfor\b|call\b|truncate\b|grant\b|set ?@|copy\b|print\b|use\b|backup\b)`,
  ],
  [
    'order-by-number',
    'ORDER BY or GROUP BY a number',
    String.raw`\b(?:order|group) by[ (]{1,3}\d+`,
  ],
  [
    'having',
    'HAVING with a comparison',
    String.raw`\bhaving\b[ ('"]{1,6}\w{1,20}['")]{0,3} ?[=<>]`,
  ],
  [
    'limit',
    'LIMIT of a query',
    String.raw`\blimit \d+ ?(?:,|offset) ?\d|\bprocedure analyse\b|\brownum ?[=<]`,
  ],
  [
    'case-when',
    'CASE WHEN … THEN',
    String.raw`\bcase\b ?\(? ?(?:\w{1,20} )?when\b.{1,60}\bthen\b|\b(?:iif|if|ifnull) ?\( ?\(?[\w'"]{1,20} ?[=<>]`,
  ],
  [
    'nested-functions',
    'functions that build a text, one in the other',
    String.raw`\b(?:${BUILDS}) ?\([^)]{0,80}\b(?:select|${BUILDS}|${INFORMS}) ?\(`,
  ],
  [
    'characters',
    'a text from character codes',
    String.raw`\b(?:char|chr|nchar) ?\( ?(?:\d{1,4}|0x[0-9a-f]{2,}) ?[,)]`,
  ],
  [
    'function-compared',
    'a function of the database in a comparison',
    String.raw`(?:[=<>+|'")]|\b(?:and|or|like|in|select)) ?\(?(?:${BUILDS}) ?\(|\b(?:${BUILDS}) ?\([^()]{0,60}\)[ )]{0,4}[=<>]`,
  ],
  [
    'cast',
    'a change of type to force an error',
    String.raw`\b(?:cast|convert) ?\(.{1,60}\b(?:as|using) (?:n?var)?(?:char|int|integer|numeric|decimal|signed|text|binary|latin1|utf8)|\bconvert ?\( ?int\b|\)::(?:text|int|numeric)`,
  ],
  [
    'file',
    'reading or writing of a file',
    String.raw`\binto (?:out|dump)file\b|\bload_file ?\(|\bload data (?:local )?infile\b`,
  ],
  [
    'procedure',
    'a procedure of the server',
    String.raw`\b(?:xp|sp)_[a-z]{3,}|\bdbms_[a-z]{3,}|\butl_[a-z]{3,}|\bexec(?:ute)? (?:master|immediate|xp_|sp_|\(|@)|\bopenrowset\b|\bsys_context\b`,
  ],
  [
    'change',
    'a statement that changes data',
    String.raw`\b(?:insert into [\w."\x60\[\]]{1,40}[ (]{1,2}.{0,80}(?:values|select)|delete from \w{1,40} ?(?:where|;|--|$)|update \w{1,40} set \w{1,40} ?=|drop (?:table|database|column|function|user|schema) \w|(?:create|alter) (?:table|user|function|database|login) \w|grant \w{1,20} (?:on|to)|create or replace)`,
  ],
  [
    'concatenation',
    'quotes joined by operators',
    String.raw`['"] ?(?:\|\||\+|%2b) ?(?:\(? ?select\b|['"(]|\w{1,20} ?\()`,
  ],
  [
    'where-numbers',
    'WHERE with numbers',
    String.raw`\bwhere[ (]{1,4}['"]?\d+['"]? ?(?:=|like|<|>)`,
  ],
  [
    'alias-tail',
    'a statement continued behind a parenthesis',
    String.raw`\d(?:['"%]{1,3}\){0,4}|\){1,4}) (?:as \w{1,10} )?(?:where|union|order|group|having|rlike|procedure|limit)[ (]`,
  ],
  ['hex-text', 'a text in hexadecimal digits', '[ ,(=|+]0x[0-9a-f]{4,}'],
]);

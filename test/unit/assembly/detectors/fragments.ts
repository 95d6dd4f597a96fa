import fc from 'fast-check';

/** Pieces that mean something to the reader of SQL. */
const SQL_PIECES = [
  ...`' " \` ( ) ( ) , ; = < > <> <=> != := :: || && | & + - * / % ~ ! ^ # -- /* */ /*! . @ @@ \\ \\N`.split(
    ' ',
  ),
  ...'{ } [ ] [a] ? $ _ 0 1 7.5 .5 1e 1e5 0x 0x1f 0b1 and or xor not like in between is null true'.split(
    ' ',
  ),
  ...'union all select distinct from where group order by having limit insert into drop table'.split(
    ' ',
  ),
  ...'delete update set exec case when then end sleep( sleep pg_sleep count(*) user version() if('.split(
    ' ',
  ),
  ...`boolean outfile xp_cmd dbo.xp_x a.b a.* t.sleep( n' _utf8' x" waitfor delay char( as name`.split(
    ' ',
  ),
  ' ',
  '\n',
  '\t',
  '\0',
  '\xa0',
  '\xc2\xa0',
  '\xc2',
  '\xc3\xa9',
  'x\xa0',
];

/** Pieces that mean something to the reader of HTML. */
const HTML_PIECES = [
  ...`< > / = " ' \` </ <! <!-- --> --!> - ! <? [if script <script svg: <a <b object <set meta`.split(
    ' ',
  ),
  ...'href src style onclick onfoo once on xmlns x=1 go() javascript javascript: vbscript: data:'.split(
    ' ',
  ),
  ...'text/html image/svg expression( expres sion( @import /* */ \\ &#106; &#x6a &colon; &tab &# &'.split(
    ' ',
  ),
  ...'&#x0000041; &#00058; !entity ?import ?xml-stylesheet binding:url( : ; data srcdoc'.split(' '),
  ' ',
  '\n',
  '\t',
  '\0',
  '\x0b',
  '\x7f',
  '\xff',
];

const texts = (pieces: readonly string[]) =>
  fc
    .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...pieces) }, byte()), {
      maxLength: 14,
    })
    .chain((parts) =>
      fc
        .array(fc.boolean(), { minLength: parts.length, maxLength: parts.length })
        .map((spaced) => parts.map((part, i) => part + (spaced[i] === true ? ' ' : '')).join('')),
    );

const byte = () => fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));

export const sqlTexts = texts(SQL_PIECES);
export const htmlTexts = texts(HTML_PIECES);

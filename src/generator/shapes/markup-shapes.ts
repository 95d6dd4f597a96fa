import { shapesOf } from './shape.ts';

const CALLS =
  'alert|confirm|prompt|eval|settimeout|setinterval|fromcharcode|atob|btoa|msgbox|writeln?|importscripts|execscript|' +
  'parseint|tostring|decodeuricomponent|unescape|find|map|some|filter|call|apply|setimmediate|queuemicrotask';
const OBJECTS =
  'document|window|self|top|parent|location|this|frames|globalthis|navigator|history|event|opener|content|localstorage|url';
const MEMBERS =
  'cookie|location|domain|write|writeln|alert|confirm|prompt|name|hash|href|onerror|eval|body|documentelement|innerhtml|' +
  'constructor|open|fromcharcode|createelement|getelement\\w*|appendchild|defaultview|url|referrer|assign|replace|domain|source';
const TAGS =
  'script|iframe|frame|frameset|object|embed|applet|meta|link|base|form|svg|math|style|xml|layer|ilayer|bgsound|isindex|' +
  'marquee|video|audio|img|image|body|input|button|details|select|textarea|keygen|template|source|animate|set|' +
  'foreignobject|handler|listener|bdo|blink|xss|html|head|title|noscript|plaintext|comment';
const DATA_ATTRIBUTES =
  'src|href|style|action|formaction|xlink:href|background|dynsrc|lowsrc|content|data|srcdoc|autofocus|contenteditable|code|' +
  'codebase|classid|type|rel|http-equiv|implementation|attributename|folder|poster|filter|to|from|values|draggable|tabindex|language';

/** Forms of HTML and JavaScript. Entities are resolved and NUL bytes are gone in this view. */
export const MARKUP_SHAPES = shapesOf('markup', 'markup', [
  [
    'script',
    'a script tag',
    String.raw`<[ /"'+]{0,4}script\b|<script|</script|\bscript[ /][^<>]{0,40}src ?=`,
  ],
  [
    'handler-in-tag',
    'an event handler in a tag',
    String.raw`<[a-z!/?%][^>]{0,160}[ /"'\x60;\x00-\x1f]on[a-z]{3,25}[ /]{0,3}=`,
  ],
  [
    'handler',
    'an event handler',
    String.raw`(?:^|[ /"'\x60;<>])on(?:error|load|click|focus|focusin|blur|mouse\w{1,8}|key\w{1,6}|start|toggle|begin|end|pointer\w{1,8}|drag\w{0,8}|animation\w{1,10}|transition\w{1,8}|wheel|scroll|resize|submit|change|input|select|copy|cut|paste|page\w{1,6}|hashchange|finish|bounce|readystatechange|propertychange|beforeunload|unload|play|touch\w{1,6})[ /]{0,3}=`,
  ],
  [
    'script-url',
    'a URL that runs script',
    String.raw`(?:j ?a ?v ?a|v ?b|l ?i ?v ?e) ?s ?c ?r ?i ?p ?t ?(?::|&colon|\\x3a|%3a)`,
  ],
  [
    'data-url',
    'a data URL with content',
    String.raw`\bdata: ?(?:text/(?:html|xml|javascript)|image/svg|application/(?:xhtml|xml|x-|javascript)|[,;])`,
  ],
  [
    'active-tag',
    'a tag with an active attribute',
    String.raw`<[ /]{0,3}(?:${TAGS}|a|b|x|p|div|table|td)\b[^>]{0,80}[ /"'\x60](?:${DATA_ATTRIBUTES})(?: ?=|[ >])`,
  ],
  [
    'active-element',
    'a tag that loads or runs something',
    String.raw`<[ /]{0,3}(?:iframe|frameset|object|embed|applet|meta|base|svg|math|style|layer|bgsound|isindex|marquee|keygen|plaintext|xml|link|textarea|input|body|form|video|audio)\b`,
  ],
  [
    'style',
    'a style that runs script',
    String.raw`(?:expression|e\\xpression) ?\(|-moz-binding|behaviou?r ?:|@import[ "'(;u]|url ?\( ?["']? ?(?:javascript|data|http)|xss ?:`,
  ],
  [
    'call',
    'a call that shows or runs text',
    String.raw`\b(?:alert|confirm|prompt|eval|settimeout|setinterval|msgbox|execscript)\b ?(?:\)? ?\(|\x60|\?\.|\.call|\.apply|[/;=)\]]|\\u00)`,
  ],
  [
    'method',
    'a method that runs text',
    String.raw`(?:\.|\["?'?)(?:${CALLS})["'\]]{0,2} ?(?:\(|\x60)`,
  ],
  [
    'member',
    'a property of the page',
    String.raw`\b(?:${OBJECTS}) ?(?:\?)?(?:\.|\[ ?["'\x60]) ?(?:${MEMBERS})\b`,
  ],
  ['symbols', 'script written in symbols', String.raw`[\[\]()!+]{10,}`],
  [
    'function',
    'a function made of text',
    String.raw`\b(?:function|constructor)\b ?\(.{0,80}\) ?(?:\(|\{|\x60)|=> ?[{(\w]|\bnew (?:function|image|xmlhttprequest|activexobject)\b|\bvar \w+ ?=`,
  ],
  [
    'context-break',
    'a quote and the end of a tag',
    String.raw`^[^<>]{0,60}["'\x60] ?/?> ?<|</(?:title|textarea|style|noscript|select|template|comment|body|html|svg|iframe)>|\]\]>`,
  ],
  ['open-tag', 'a tag', String.raw`<[ /]{0,2}(?:${TAGS})(?:[ />\x00-\x20]|$)`],
  [
    'escape',
    'letters written as escapes',
    String.raw`\\(?:u00|x)[2-7][0-9a-f].{0,12}\\(?:u00|x)[2-7][0-9a-f]|(?:\\[0-7]{2,3}){3}`,
  ],
  [
    'entity',
    'letters written as entities',
    '(?:&#x?0{0,8}[0-9a-f]{2,4};?){3}|&(?:colon|tab|newline|lpar|rpar|excl);',
    'plain',
  ],
  [
    'attribute-break',
    'a quote that ends an attribute',
    String.raw`["'\x60][ /]{0,3}(?:style|autofocus|src|href|on[a-z]{4,20}) ?=`,
  ],
  [
    'encoded-tag',
    'a tag in escapes',
    String.raw`(?:\\x3c|\\u003c|%3c|&lt;?|\+adw-|¼)[ /]{0,2}(?:script|img|iframe|svg|body|a|object)`,
    'shell',
  ],
]);

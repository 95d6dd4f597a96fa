/** Folds a stream of SQL tokens: parts of expressions become one token, what says nothing is dropped. */
import {
  TOKEN_ARITHMETIC,
  TOKEN_BY,
  TOKEN_CALL,
  TOKEN_CASE,
  TOKEN_CLAUSE,
  TOKEN_CLOSE,
  TOKEN_COMMA,
  TOKEN_COMPARE,
  TOKEN_COMPARISON,
  TOKEN_CONSTANTS,
  TOKEN_DANGER,
  TOKEN_ENDING,
  TOKEN_FUNCTION,
  TOKEN_GROUP,
  TOKEN_KIND,
  TOKEN_LOGIC,
  TOKEN_NAME,
  TOKEN_OBJECT,
  TOKEN_OPEN,
  TOKEN_OPEN_STRING,
  TOKEN_OUTER,
  TOKEN_OUTER_COMPARISON,
  TOKEN_QUERY,
  TOKEN_SEMICOLON,
  TOKEN_SKIPPED,
  TOKEN_STAR,
  TOKEN_STATEMENT,
  TOKEN_VARIABLE,
  TOKEN_WHEN,
  TOKEN_WORD_COMPARE,
} from './sql-tables.gen';

/** Streams are judged by their first tokens. */
export const MOST_TOKENS: u32 = 8;
/** Beside the stack: no token is like it. */
const NONE: u32 = 0xff;

/** Above the tokens that count, the one that is pushed too much. */
const stack = memory.data(16);
let size: u32 = 0;
/** Parentheses that are open. */
let opens: u32 = 0;

export function clearStack(): void {
  size = 0;
  opens = 0;
}

export function stackSize(): u32 {
  return size;
}

export function tokenAt(index: u32): u32 {
  return load<u8>(stack + index);
}

/** Adds a token and folds. There has to be room: `stackSize` is at most MOST_TOKENS. */
export function pushToken(token: u32): void {
  if (isValue(token)) return pushValue(token);
  if (isOperator(token)) return pushOperator(token);
  switch (token) {
    case TOKEN_SKIPPED:
      return;
    case TOKEN_STAR:
      return pushStar();
    case TOKEN_CLOSE:
      return closeParenthesis();
    case TOKEN_FUNCTION:
    case TOKEN_DANGER:
      dropSigns();
      return push(token);
    case TOKEN_OPEN:
      return openParenthesis();
    case TOKEN_BY:
      return pushBy();
    case TOKEN_WHEN:
      return pushWhen();
    default:
      return pushWord(token);
  }
}

function isValue(token: u32): bool {
  return token <= TOKEN_OUTER_COMPARISON;
}

function isOperator(token: u32): bool {
  return token - TOKEN_COMPARE <= TOKEN_ARITHMETIC - TOKEN_COMPARE;
}

/** The token `depth` places below the top. */
function below(depth: u32): u32 {
  return depth < size ? tokenAt(size - 1 - depth) : NONE;
}

function push(token: u32): void {
  store<u8>(stack + size, <u8>token);
  size++;
}

function replaceTop(token: u32): void {
  store<u8>(stack + size - 1, <u8>token);
}

function pushStar(): void {
  const top = below(0);
  const isAll = top == TOKEN_QUERY || top == TOKEN_OPEN || top == TOKEN_COMMA;
  if (isAll) pushValue(TOKEN_VARIABLE);
  else pushOperator(TOKEN_ARITHMETIC);
}

function pushBy(): void {
  if (below(0) == TOKEN_GROUP) replaceTop(TOKEN_ENDING);
  else pushValue(TOKEN_NAME);
}

function pushWhen(): void {
  if (below(0) != TOKEN_CASE) return push(TOKEN_CLAUSE);
  size--;
  pushValue(TOKEN_CALL);
}

/** Of operators in a row one is left, a comparison if there is one. */
function pushOperator(token: u32): void {
  if (!isOperator(below(0))) push(token);
  else if (token == TOKEN_COMPARE) replaceTop(token);
}

function openParenthesis(): void {
  dropSigns();
  if (below(0) == TOKEN_OPEN) return;
  opens++;
  push(TOKEN_OPEN);
}

/** Keywords, commas and the like. */
function pushWord(token: u32): void {
  const top = below(0);
  const isExpected = top == TOKEN_STATEMENT || top == TOKEN_CLAUSE;
  if ((token == TOKEN_OBJECT || token == TOKEN_KIND) && !isExpected) return pushValue(TOKEN_NAME);
  while (isOperator(below(0))) size--;
  const isSeparator = token == TOKEN_SEMICOLON || token == TOKEN_COMMA || token == TOKEN_LOGIC;
  if (!(isSeparator && below(0) == token)) push(token);
}

/** Operators with nothing on their left say nothing. */
function dropSigns(): void {
  while (isOperator(below(0)) && !isValue(below(1))) size--;
}

function pushValue(token: u32): void {
  let value = token;
  for (;;) {
    dropSigns();
    const left = below(1);
    if (!isValue(left)) break;
    const joined = join(left, below(0), value);
    if (joined == NONE) break;
    size -= 2;
    value = joined;
  }
  push(value);
}

/** What is left of a value, an operator or a comma, and a value; NONE when they stay three. */
function join(left: u32, operator: u32, right: u32): u32 {
  if (operator == TOKEN_COMMA) return joinList(left, right);
  if (!isOperator(operator)) return NONE;
  if (operator == TOKEN_WORD_COMPARE && left == TOKEN_NAME && right == TOKEN_NAME) return NONE;
  if (left == TOKEN_OUTER) return right == TOKEN_OPEN_STRING ? TOKEN_OUTER_COMPARISON : left;
  if (either(TOKEN_CALL, left, right)) return TOKEN_CALL;
  const isNamed = either(TOKEN_NAME, left, right) || either(TOKEN_COMPARISON, left, right);
  if (operator != TOKEN_ARITHMETIC) return isNamed ? TOKEN_COMPARISON : TOKEN_CONSTANTS;
  if (either(TOKEN_COMPARISON, left, right)) return TOKEN_COMPARISON;
  if (either(TOKEN_CONSTANTS, left, right)) return TOKEN_CONSTANTS;
  if (isNamed) return TOKEN_NAME;
  return either(TOKEN_VARIABLE, left, right) ? TOKEN_VARIABLE : left;
}

function joinList(left: u32, right: u32): u32 {
  if (left == TOKEN_OUTER) return NONE;
  return right == TOKEN_CALL ? right : left;
}

function either(token: u32, left: u32, right: u32): bool {
  return left == token || right == token;
}

/** A parenthesis around nothing or one value is folded; one that nothing opened is dropped. */
function closeParenthesis(): void {
  if (opens == 0) return;
  opens--;
  const top = below(0);
  const isEmpty = top == TOKEN_OPEN;
  const isFilled = isValue(top) && below(1) == TOKEN_OPEN;
  const before = below(isEmpty ? 1 : 2);
  if (before == TOKEN_DANGER || !(isEmpty || isFilled)) return push(TOKEN_CLOSE);
  size -= isEmpty ? 1 : 2;
  if (before == TOKEN_FUNCTION) {
    size--;
    pushValue(TOKEN_CALL);
  } else if (!isEmpty && !isValue(before)) pushValue(top);
}

const VALUES = 'QnswvFprzR';
const OPERATORS = 'oai';
/** Streams are judged by their first tokens. */
const MOST = 8;

/** The stream in its shortest form; ends in `$` when all of it was looked at. */
export function foldSql(tokens: Iterable<string>): string {
  const stack: string[] = [];
  let opens = 0;
  for (const token of tokens) {
    push(token);
    if (stack.length > MOST) return stack.slice(0, MOST).join('');
  }
  return `${stack.join('')}$`;

  function push(token: string): void {
    if (token === '-') return;
    if (token === '*') pushStar();
    else if (token === '>') close();
    else if (VALUES.includes(token)) pushValue(token);
    else if (OPERATORS.includes(token)) pushOperator(token);
    else if ('fe<'.includes(token)) open(token);
    else if (token === 'y') pushBy();
    else if (token === 'h') pushWhen();
    else pushWord(token);
  }

  function pushWord(token: string): void {
    const isExpected = 'dk'.includes(stack.at(-1) ?? '?');
    if ('ON'.includes(token) && !isExpected) return void pushValue('w');
    while (OPERATORS.includes(stack.at(-1) ?? '?')) stack.pop();
    if (!(';,l'.includes(token) && stack.at(-1) === token)) stack.push(token);
  }

  function pushStar(): void {
    if ('q<,'.includes(stack.at(-1) ?? '?')) pushValue('v');
    else pushOperator('a');
  }

  function pushBy(): void {
    if (stack.at(-1) === 'G') stack[stack.length - 1] = 'g';
    else pushValue('w');
  }

  function pushWhen(): void {
    if (stack.at(-1) !== 'C') return void stack.push('k');
    stack.pop();
    pushValue('F');
  }

  function pushOperator(token: string): void {
    const top = stack.at(-1) ?? '';
    if (top === '' || !OPERATORS.includes(top)) stack.push(token);
    else if (token === 'o') stack[stack.length - 1] = token;
  }

  function open(token: string): void {
    dropSigns();
    if (token === '<') {
      if (stack.at(-1) === '<') return;
      opens++;
    }
    stack.push(token);
  }

  /** Operators with nothing on their left say nothing. */
  function dropSigns(): void {
    while (OPERATORS.includes(stack.at(-1) ?? '?') && !VALUES.includes(stack.at(-2) ?? '?'))
      stack.pop();
  }

  function pushValue(token: string): void {
    let value = token;
    for (;;) {
      dropSigns();
      const operator = stack.at(-1);
      const left = stack.at(-2);
      if (operator === undefined || left === undefined || !VALUES.includes(left)) break;
      const joined = join(left, operator, value);
      if (joined === null) break;
      stack.length -= 2;
      value = joined;
    }
    stack.push(value);
  }

  function close(): void {
    if (opens === 0) return;
    opens--;
    const top = stack.at(-1)!;
    const isEmpty = top === '<';
    const before = stack.at(isEmpty ? -2 : -3) ?? '';
    const isFilled = stack.at(-2) === '<' && VALUES.includes(top);
    if (before === 'e' || !(isEmpty || isFilled)) return void stack.push('>');
    stack.length -= isEmpty ? 1 : 2;
    if (before === 'f') {
      stack.pop();
      pushValue('F');
    } else if (!isEmpty && !VALUES.includes(before || '?')) pushValue(top);
  }
}

function join(left: string, operator: string, right: string): string | null {
  if (operator === ',') {
    if (left === 'Q') return null;
    return right === 'F' ? right : left;
  }
  if (!OPERATORS.includes(operator)) return null;
  if (operator === 'i' && left === 'w' && right === 'w') return null;
  if (left === 'Q') return right === 'z' ? 'R' : 'Q';
  const both = left + right;
  if (both.includes('F')) return 'F';
  if (operator !== 'a') return /[wr]/.test(both) ? 'r' : 'p';
  for (const letter of 'rpwv') if (both.includes(letter)) return letter;
  return left;
}

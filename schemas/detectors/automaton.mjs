/** Shapes of token streams as one table: state × letter → state. */

/** State of streams that no shape can begin; the state after it is the one of streams that have a shape. */
const DEAD = 0;
const FOUND = 1;

/**
 * The smallest automaton that is in state 1 as soon as what it has read begins with a shape.
 * `letters` is the alphabet; rows of the result are states (dead, found, start, ...), columns letters.
 */
export function shapesAutomaton(shapes, patterns, letters) {
  const nfa = [];
  const state = () => nfa.push({ free: [], moves: [] }) - 1;
  const start = state();
  const accept = state();
  for (const shape of shapes) nfa[start].free.push(fragment(expand(shape, patterns), accept));
  return minimal(subsets());

  /** Adds states for an expression that lead on to `next`; returns the first. */
  function fragment(text, next) {
    let at = 0;
    const first = alternatives(next);
    if (at !== text.length) throw new Error(`cannot read "${text}" at ${at}`);
    return first;

    function alternatives(end) {
      const first = state();
      for (;;) {
        const items = sequence();
        nfa[first].free.push(items.reduceRight((target, item) => item(target), end));
        if (text[at] !== '|') return first;
        at++;
      }
    }

    /** Items as functions from the state behind them to their own. */
    function sequence() {
      const items = [];
      while (at < text.length && text[at] !== '|' && text[at] !== ')') {
        const item = atom();
        if (text[at] !== '?') items.push(item);
        else {
          at++;
          items.push((end) => either(item(end), end));
        }
      }
      return items;
    }

    function either(a, b) {
      const first = state();
      nfa[first].free.push(a, b);
      return first;
    }

    function atom() {
      const from = at++;
      if (text[from] === '(') {
        skipGroup();
        const inner = text.slice(from + 1, at - 1);
        return (target) => fragment(inner, target);
      }
      if (text[from] !== '[') return move(text[from] === '.' ? letters : text[from]);
      at = text.indexOf(']', from) + 1;
      return move(text.slice(from + 1, at - 1));
    }

    function skipGroup() {
      for (let depth = 1; depth > 0; at++) {
        if (at >= text.length) throw new Error(`"${text}" lacks a parenthesis`);
        if (text[at] === '(') depth++;
        if (text[at] === ')') depth--;
      }
    }
  }

  function move(set) {
    for (const letter of set) {
      if (!letters.includes(letter)) throw new Error(`"${letter}" is no letter`);
    }
    return (target) => {
      const first = state();
      nfa[first].moves.push({ set, target });
      return first;
    };
  }

  function subsets() {
    const rows = [];
    const keys = new Map();
    const number = (states) => {
      const all = closure(states);
      const key = all.has(accept) ? 'found' : [...all].sort((a, b) => a - b).join();
      if (!keys.has(key)) {
        keys.set(key, rows.length);
        rows.push(key === 'found' || key === '' ? null : [...all]);
      }
      return keys.get(key);
    };
    number([]);
    number([accept]);
    number([start]);
    const table = [];
    for (let i = 0; i < rows.length; i++) {
      const states = rows[i];
      table.push(
        [...letters].map((letter) => (states === null ? i : number(after(states, letter)))),
      );
    }
    return table;
  }

  function after(states, letter) {
    return states.flatMap((index) =>
      nfa[index].moves.filter(({ set }) => set.includes(letter)).map(({ target }) => target),
    );
  }

  function closure(states) {
    const all = new Set(states);
    for (const index of all) for (const next of nfa[index].free) all.add(next);
    return all;
  }
}

function expand(shape, patterns) {
  const inner = (_, name) => `(${expand(patterns[name], patterns)})`;
  return shape.replace(/\{(\w+)\}/g, inner);
}

/** Joins states that nothing tells apart; dead, found and start stay in front. */
function minimal(table) {
  let classes = table.map((_, i) => (i === FOUND ? 1 : 0));
  for (;;) {
    const keys = new Map();
    const finer = table.map((row, i) => {
      const key = `${classes[i]}:${row.map((next) => classes[next]).join()}`;
      if (!keys.has(key)) keys.set(key, keys.size);
      return keys.get(key);
    });
    const isFinal = keys.size === new Set(classes).size;
    classes = finer;
    if (isFinal) break;
  }
  if (classes[DEAD] !== 0 || classes[FOUND] !== 1 || classes[2] !== 2) {
    throw new Error('the first three states have to differ');
  }
  const rows = [];
  table.forEach((row, i) => {
    rows[classes[i]] = row.map((next) => classes[next]);
  });
  return rows;
}

/** Dimensions: numbers, symbols and their polynomials ("B", "12*B*T", "W*W+1"). Does not know tensors. */

/** A size: a number, a symbol bound at run time, or a canonical sum of products of symbols. */
export type Dim = number | string;
export type Shape = readonly Dim[];
/** The values of the symbols in one run. */
export type Bindings = ReadonlyMap<string, number>;

/** Product of symbols ("" for none, "B*T") → its integer coefficient. */
export type Polynomial = ReadonlyMap<string, number>;

const polynomials = new Map<string, Polynomial>();

export function polynomial(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map([['', dim]]);
  const known = polynomials.get(dim);
  if (known) return known;
  const terms = new Map<string, number>();
  for (const term of dim.replaceAll(' ', '').replaceAll('-', '+-').split('+')) {
    if (term === '') continue;
    let coefficient = term.startsWith('-') ? -1 : 1;
    const symbols: string[] = [];
    for (const factor of term.replace('-', '').split('*')) {
      if (/^\d+$/.test(factor)) coefficient *= Number(factor);
      else if (/^[A-Za-z]\w*$/.test(factor)) symbols.push(factor);
      else
        throw new Error(`dimension: expected symbols and integers joined by * + -, got "${dim}"`);
    }
    addTerm(terms, symbols.sort().join('*'), coefficient);
  }
  polynomials.set(dim, terms);
  return terms;
}

function addTerm(terms: Map<string, number>, symbols: string, coefficient: number): void {
  const sum = (terms.get(symbols) ?? 0) + coefficient;
  if (sum === 0) terms.delete(symbols);
  else terms.set(symbols, sum);
}

/** Longest products first, then by the alphabet, the number last: "W*W+3*W-1". */
function format(terms: Polynomial): Dim {
  const order = (symbols: string) => (symbols === '' ? 0 : symbols.split('*').length);
  const sorted = [...terms].sort(([a], [b]) => order(b) - order(a) || (a < b ? -1 : 1));
  if (sorted.length === 0) return 0;
  if (sorted.length === 1 && sorted[0]?.[0] === '') return sorted[0][1];
  return sorted
    .map(([symbols, coefficient], i) => {
      const size = Math.abs(coefficient);
      const text = symbols === '' ? `${size}` : size === 1 ? symbols : `${size}*${symbols}`;
      return coefficient < 0 ? `-${text}` : i > 0 ? `+${text}` : text;
    })
    .join('');
}

/** The one spelling of a dimension: equal dimensions are equal strings or numbers. */
export const canonical = (dim: Dim): Dim => format(polynomial(dim));

export function multiply(dims: Shape): Dim {
  if (dims.every((dim) => typeof dim === 'number')) return dims.reduce((a, b) => a * b, 1);
  let product: Polynomial = new Map([['', 1]]);
  for (const dim of dims) {
    const next = new Map<string, number>();
    for (const [a, x] of product)
      for (const [b, y] of polynomial(dim)) {
        const symbols = [...a.split('*'), ...b.split('*')].filter(Boolean).sort();
        addTerm(next, symbols.join('*'), x * y);
      }
    product = next;
  }
  return format(product);
}

export function plus(a: Dim, b: Dim): Dim {
  const sum = new Map(polynomial(a));
  for (const [symbols, coefficient] of polynomial(b)) addTerm(sum, symbols, coefficient);
  return format(sum);
}

export const minus = (a: Dim, b: Dim): Dim => plus(a, multiply([-1, b]));

/** The number behind a dimension. Throws when a symbol of it is not bound. */
export function evaluate(dim: Dim, bindings: Bindings): number {
  if (typeof dim === 'number') return dim;
  let sum = 0;
  for (const [symbols, coefficient] of polynomial(dim)) {
    let product = coefficient;
    for (const symbol of symbols.split('*').filter(Boolean)) {
      const value = bindings.get(symbol);
      if (value === undefined)
        throw new Error(
          `dimension ${dim}: ${symbol} has no value; feed an input that has it alone`,
        );
      product *= value;
    }
    sum += product;
  }
  return sum;
}

/** Numpy's rule for two shapes; undefined where they do not broadcast. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const result: Dim[] = [];
  for (let i = Math.max(a.length, b.length); i > 0; i--) {
    const x = a[a.length - i] ?? 1;
    const y = b[b.length - i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    result.push(x === 1 ? y : x);
  }
  return result;
}

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Tail probabilities of the few distributions that the tests of `significance.ts` need, to about 13 digits. */

const TINY = 1e-300;
const PRECISION = 1e-16;

// Lanczos, g = 7, n = 9
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

function logGamma(x: number): number {
  const t = x + 6.5;
  const series = LANCZOS.reduce(
    (total, coefficient, i) => (i === 0 ? coefficient : total + coefficient / (x - 1 + i)),
    0,
  );
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

/** I_x(a, b), the regularised incomplete beta function, by Lentz's continued fraction. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) /
    a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d || TINY);
      c = 1 + term / c || TINY;
      step = c * d;
      fraction *= step;
    }
    if (Math.abs(step - 1) < PRECISION) break;
  }
  return front * fraction;
}

/** P(|Z| ≥ z) of a standard normal variable, z ≥ 0: erfc(z / √2). */
export function normalTwoSided(z: number): number {
  const x = (z * z) / 2;
  if (x === 0) return 1;
  const front = Math.exp(-x) * Math.sqrt(x / Math.PI);
  if (x < 1.5) {
    // 1 − P(½, x), P by its series
    let term = 2;
    let total = term;
    for (let a = 1.5; term > total * PRECISION; a++) {
      term *= x / a;
      total += term;
    }
    return 1 - front * total;
  }
  // Q(½, x) by Lentz's continued fraction
  let b = x + 0.5;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i <= 10_000; i++) {
    const an = -i * (i - 0.5);
    b += 2;
    d = 1 / (an * d + b || TINY);
    c = b + an / c || TINY;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return front * fraction;
}

/** P(|T| ≥ |t|) of Student's t. */
export const studentTwoSided = (t: number, degrees: number): number =>
  incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);

/** P(X ≤ k) of n fair coins. */
export const coinsAtMost = (k: number, n: number): number =>
  k >= n ? 1 : incompleteBeta(0.5, n - k, k + 1);

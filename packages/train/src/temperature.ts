/**
 * Temperatures (Guo et al. 2017): one number that scores are divided by before the softmax, so that of answers given a
 * probability of p, a share of p is right, and a margin means the same wherever the network is surer than it should be.
 */

import type { ReadSentence } from './answer-counts.js';
import { goldFor } from './instances.js';

/** Log-probabilities or logits of which one was right. */
export interface Choice {
  readonly logits: Float64Array;
  readonly right: number;
}

/**
 * What was chosen from: for each answer all candidates and no answer, and the labels at the gold boundaries. Answers whose
 * gold answer is no candidate are left out. The readings must hold all candidates.
 */
export function choicesOf(
  sentences: readonly ReadSentence[],
  { labels }: { readonly labels: readonly string[] },
): { readonly span: readonly Choice[]; readonly label: readonly Choice[] } {
  const span: Choice[] = [];
  const label: Choice[] = [];
  for (const sentence of sentences)
    for (const { initial, reading } of sentence.answers) {
      if (reading === undefined) continue;
      const { answers, noAnswer } = reading;
      const gold = goldFor(initial, sentence.gold);
      const place = answers.findIndex(
        ({ start, end }) => start === gold?.start && end === gold.end,
      );
      if (gold !== undefined && place < 0) continue;
      span.push({
        logits: Float64Array.of(noAnswer, ...answers.map(({ score }) => score)),
        right: place + 1,
      });
      const right = gold === undefined ? -1 : labels.indexOf(gold.label);
      const logits = Float64Array.from(answers[place]?.labels ?? []);
      if (right >= 0 && logits.length > 0) label.push({ logits, right });
    }
  return { span, label };
}

// Guesses: a temperature beyond these would say that the development set is too small or too easy.
const lowest = 1 / 4;
const highest = 8;

/**
 * The temperature T under which the right choices are likeliest, from ¼ to 8; 1 where there are no choices. With β = 1/T,
 * −Σ log p = Σ log Σⱼ exp(β zⱼ) − β z_right is convex, its slope Σ E_p[z] − z_right: the root is found by bisection.
 */
export function fitTemperature(choices: readonly Choice[]): number {
  if (choices.length === 0) return 1;
  let [low, high] = [Math.log(lowest), Math.log(highest)];
  for (let halving = 0; halving < 25; halving++) {
    const middle = (low + high) / 2;
    const slope = choices.reduce((sum, choice) => sum + slopeOf(choice, Math.exp(-middle)), 0);
    if (slope > 0)
      low = middle; // a smaller β, so a higher temperature
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** E_p[z] − z_right under p = softmax(βz). */
function slopeOf({ logits, right }: Choice, beta: number): number {
  const max = logits.reduce((a, b) => Math.max(a, b));
  let [weights, weighted] = [0, 0];
  for (const logit of logits) {
    const weight = Math.exp(beta * (logit - max));
    weights += weight;
    weighted += weight * logit;
  }
  return weighted / weights - (logits[right] as number);
}

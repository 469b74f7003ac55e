/** In which order languages are learned (paper 3.2.3, Table 7): the share of each in each stage of training. */

/** The paper's three settings. */
export type LearningOrder = 'continual' | 'sequential' | 'mixed';

/** One stage: the share of each language among its items, summing to 1. Later stages follow in the order given. */
export interface Stage {
  readonly name: string;
  readonly shares: Readonly<Record<string, number>>;
}

export interface StageOptions {
  readonly order: LearningOrder;
  /** Share of a stage that repeats the languages before it, split evenly among them. Only for `continual`. */
  readonly replayShare?: number;
}

/**
 * Stages for languages in the order of learning. `mixed`: one stage of all, evenly. `sequential`: one language a stage.
 * `continual`: one language a stage, `replayShare` of it taken from the languages before.
 */
export function stagesOf(languages: readonly string[], options: StageOptions): Stage[] {
  const { order, replayShare = 0.25 } = options; // not given in the paper: docs/decisions/0007
  if (!(replayShare >= 0 && replayShare < 1))
    throw new RangeError(
      `stages: replayShare must be at least 0 and below 1, got ${replayShare}; 0.25 is the default`,
    );
  if (order === 'mixed') {
    const shares = languages.map((language) => [language, 1 / languages.length]);
    return [{ name: languages.join('+'), shares: Object.fromEntries(shares) }];
  }
  return languages.map((name, index) => {
    const replayed = order === 'continual' && index > 0 ? replayShare : 0;
    const before = replayed > 0 ? languages.slice(0, index) : [];
    const shares = before.map((language) => [language, replayed / index]);
    return { name, shares: Object.fromEntries([...shares, [name, 1 - replayed]]) };
  });
}

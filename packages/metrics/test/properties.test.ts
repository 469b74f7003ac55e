import {
  analyzeErrors,
  EntityScorer,
  type EntityScores,
  formatTags,
  oracleScores,
  parseTags,
  SCHEMES,
  type Span,
  scoreEntities,
  scoreSpans,
  scoreTags,
  TagScorer,
} from '@calibre/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const LENGTH = 12;
const numRuns = Number(process.env.CALIBRE_FUZZ ?? 10_000);
const check = <T>(arbitrary: fc.Arbitrary<T>, rule: (value: T) => void) =>
  fc.assert(
    fc.property(arbitrary, (value) => {
      rule(value);
    }),
    { numRuns },
  );

const label = fc.constantFrom('PER', 'LOC', 'ORG-GOV', 'a b', '😀', '__proto__', 'constructor');
const tag = fc.oneof(
  fc.constant('O'),
  fc
    .tuple(fc.constantFrom('B', 'I', 'E', 'S', 'U', 'L'), label)
    .map(([prefix, name]) => `${prefix}-${name}`),
);

/** Spans without overlap in a sentence of LENGTH words: borders in pairs, some pairs left out. */
const flatSpans = fc
  .tuple(
    fc.uniqueArray(fc.nat(LENGTH), { maxLength: LENGTH + 1 }),
    fc.array(fc.tuple(fc.boolean(), label), { minLength: LENGTH, maxLength: LENGTH }),
  )
  .map(([cuts, choices]): Span[] => {
    const borders = cuts.sort((a, b) => a - b);
    return borders.slice(1).flatMap((end, i) => {
      const [chosen, name] = choices[i]!;
      return chosen ? [{ start: borders[i]!, end, label: name }] : [];
    });
  });

/** Spans that may nest and overlap, none twice. */
const anySpans = fc.uniqueArray(
  fc
    .tuple(fc.nat(LENGTH - 1), fc.integer({ min: 1, max: 4 }), fc.constantFrom('PER', 'LOC'))
    .map(([start, length, name]): Span => ({ start, end: start + length, label: name })),
  { maxLength: 6, selector: ({ start, end, label: name }) => `${start} ${end} ${name}` },
);
const sentences = fc.array(fc.tuple(anySpans, anySpans), { maxLength: 5 });
const golds = (pairs: [Span[], Span[]][]) => pairs.map(([gold]) => gold);
const predictions = (pairs: [Span[], Span[]][]) => pairs.map(([, predicted]) => predicted);

test.each(SCHEMES)('%s: the tags of spans are read as the spans', (scheme) =>
  check(flatSpans, (spans) => {
    const tags = formatTags(spans, LENGTH, { scheme });
    expect(parseTags(tags, { scheme })).toEqual(spans);
    // seqeval's strict IOE1 passes over an E- that follows O, and says so itself.
    if (scheme !== 'ioe1') expect(parseTags(tags, { scheme, strict: true })).toEqual(spans);
  }),
);

test('spans of tags lie in the sentence, in order, without overlap (B-, I-, E-, S-)', () =>
  check(fc.array(tag.filter((text) => !/^[UL]/.test(text))), (tags) => {
    let end = 0;
    for (const span of parseTags(tags)) {
      expect(span.start).toBeGreaterThanOrEqual(end);
      expect(span.end).toBeGreaterThan(span.start);
      end = span.end;
    }
    expect(end).toBeLessThanOrEqual(tags.length);
  }));

test('scores of tags are the scores of their spans', () =>
  check(
    fc.array(
      fc
        .array(fc.tuple(tag, tag))
        .map((pairs) => pairs.filter((pair) => !/U-|L-/.test(pair.join()))),
    ),
    (pairs) => {
      const gold = pairs.map((words) => words.map(([first]) => first));
      const predicted = pairs.map((words) => words.map(([, second]) => second));
      const { micro, macro, weighted, labels } = scoreTags(gold, predicted);
      const spans = (corpus: string[][]) => corpus.map((tags) => parseTags(tags));
      expect({ micro, macro, weighted, labels }).toEqual(
        scoreEntities(spans(gold), spans(predicted)),
      );
    },
  ));

test('the order of sentences does not matter', () =>
  check(fc.tuple(sentences, fc.nat()), ([pairs, turn]) => {
    const at = turn % (pairs.length || 1);
    const turned = [...pairs.slice(at), ...pairs.slice(0, at)];
    expect(scoreEntities(golds(turned), predictions(turned))).toEqual(
      scoreEntities(golds(pairs), predictions(pairs)),
    );
  }));

test('parts scored apart and merged are the whole, as scorers and as results', () =>
  check(fc.tuple(sentences, fc.nat()), ([pairs, cut]) => {
    const at = cut % (pairs.length + 1);
    const whole = scoreEntities(golds(pairs), predictions(pairs));
    const scorerOf = (part: [Span[], Span[]][]) =>
      part.reduce((scorer, [gold, predicted]) => scorer.add(gold, predicted), new EntityScorer());
    const rest = scorerOf(pairs.slice(at));
    expect(scorerOf(pairs.slice(0, at)).merge(rest).result()).toEqual(whole);
    expect(scorerOf(pairs.slice(0, at)).merge(structuredClone(rest.result())).result()).toEqual(
      whole,
    );
  }));

test('tags scored apart and merged are the whole', () =>
  check(fc.tuple(fc.array(fc.array(tag)), fc.nat()), ([corpus, cut]) => {
    const at = cut % (corpus.length + 1);
    const scorerOf = (part: string[][]) =>
      part.reduce((scorer, tags) => scorer.add(tags, tags.toReversed()), new TagScorer());
    const { scheme: _, ...merged } = scorerOf(corpus.slice(0, at))
      .merge(scorerOf(corpus.slice(at)))
      .result();
    const { scheme: __, ...whole } = scorerOf(corpus).result();
    expect(merged).toEqual(whole);
  }));

test('gold and predicted exchanged exchange precision and recall', () =>
  check(sentences, (pairs) => {
    const exchanged = ({ micro, labels }: EntityScores) =>
      [
        micro,
        ...Object.entries(labels)
          .sort()
          .map(([, scores]) => scores),
      ].map(({ precision, recall }) => [recall, precision]);
    const straight = scoreEntities(golds(pairs), predictions(pairs));
    const swapped = scoreEntities(predictions(pairs), golds(pairs));
    expect(exchanged(swapped)).toEqual(
      exchanged(straight).map(([recall, precision]) => [precision, recall]),
    );
    expect(swapped.micro.f1).toBe(straight.micro.f1);
  }));

test('F1 ≤ each oracle ≤ 1; oracles repair at least what nervaluate calls right', () =>
  check(sentences, (pairs) => {
    const { actual, type, boundary } = oracleScores(golds(pairs), predictions(pairs));
    expect(actual).toEqual(scoreEntities(golds(pairs), predictions(pairs)).micro);
    for (const oracle of [type, boundary]) {
      expect(oracle.f1).toBeGreaterThanOrEqual(actual.f1);
      expect(oracle.f1).toBeLessThanOrEqual(1);
    }
  }));

test('error counts add up: to the predictions, by label and by length', () =>
  check(sentences, (pairs) => {
    const {
      counts,
      labels,
      lengths,
      errors,
      predictions: each,
      missed,
    } = analyzeErrors(golds(pairs), predictions(pairs));
    const total = (table: Record<string, number>) =>
      Object.values(table).reduce((sum, count) => sum + count, 0);
    const predicted = predictions(pairs).flat().length;
    expect(total(counts)).toBe(predicted);
    expect(each).toHaveLength(predicted);
    expect(errors).toBe(predicted - counts.correct);
    for (const table of [labels, lengths])
      expect(Object.values(table).reduce((sum, part) => sum + total(part), 0)).toBe(predicted);
    expect(missed.length + counts.correct).toBeLessThanOrEqual(golds(pairs).flat().length);
    const { micro } = scoreEntities(golds(pairs), predictions(pairs));
    expect(counts.correct).toBe(micro.correct);
  }));

test('under each schema the five outcomes add up to predictions and gold spans', () =>
  check(sentences, (pairs) => {
    const scores = scoreSpans(golds(pairs), predictions(pairs));
    for (const { correct, incorrect, partial, missed, spurious } of [
      scores.strict,
      scores.exact,
      scores.partial,
      scores.type,
    ]) {
      expect(correct + incorrect + partial + spurious).toBe(predictions(pairs).flat().length);
      expect(correct + incorrect + partial + missed).toBe(golds(pairs).flat().length);
    }
  }));

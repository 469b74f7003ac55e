import type { Span } from '@calibre/metrics';

/** A sentence or document in words, and the base model's answers in it, in words. */
export interface AnsweredSentence {
  readonly words: readonly string[];
  readonly spans: readonly Span[];
}

/** @throws RangeError naming the answer that lies outside the sentence or has a label that the checkpoint lacks */
export function checkAnswers(
  { words, spans }: AnsweredSentence,
  { sentence, labels }: { readonly sentence: number; readonly labels: readonly string[] },
): void {
  for (const [index, { start, end, label }] of spans.entries()) {
    const place = `calibrate: sentence ${sentence}, spans[${index}]`;
    const whole = Number.isInteger(start) && Number.isInteger(end);
    if (!whole || start < 0 || end <= start || end > words.length)
      throw new RangeError(
        `${place}: a span needs whole numbers 0 ≤ start < end ≤ ${words.length} words, got [${start}, ${end}); spans are half-open`,
      );
    // A checkpoint with NONE alone was trained without labels and reads any.
    if (labels.length > 1 && !labels.includes(label))
      throw new RangeError(
        `${place}: the label must be one of the checkpoint's ${labels.slice(1).join(', ')}, got ${JSON.stringify(label)}; map the base's labels to these`,
      );
  }
}

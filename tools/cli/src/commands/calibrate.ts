import type { RuntimeOptions } from '@calibre/graph';
import type { Span } from '@calibre/metrics';
import { type CalibratedSpan, Calibrator, TextStatistics } from '@calibre/model';
import { formatTagged, type LabelledSentence, lineOf, readLabelled } from '../corpus.js';
import { define } from '../define.js';
import { deviceOf, deviceOptions } from '../device.js';
import { writeText } from '../files.js';
import { inBatches } from '../in-batches.js';
import { type ColumnOptions, columnOptions, columnsOf, finiteNumber } from '../options.js';
import { readPredictions } from '../predictions.js';
import { alignColumns } from '../table.js';

interface Options extends ColumnOptions, RuntimeOptions {
  readonly base: string;
  readonly out: string;
  readonly margin?: number;
}

/** `calibre calibrate`: a base model's answers, made better. */
export const calibrate = () =>
  define<[checkpoint: string, text: string], Options>({
    usage: 'calibrate <checkpoint> <text>',
    summary:
      "Calibrate a base model's answers: tags to --out, and every decision to <out>.answers.jsonl.",
    example: 'calibre calibrate calibrator es.dev --base es.predicted --out es.calibrated',
    configure: (command) =>
      columnOptions(deviceOptions(command))
        .requiredOption(
          '--base <file>',
          "the base model's answers: tags line by line, CoNLL, or span JSON lines",
        )
        .requiredOption('--out <file>', 'words and their calibrated tags (IOB2)')
        .option(
          '--margin <number>',
          "log-probability by which any edit must beat the initial answer (default: the checkpoint's learned decision, or its margins)",
          finiteNumber,
        ),
    async run([folder, text], { base, out, margin, ...options }, session) {
      const sentences = await readLabelled(text, columnsOf(options));
      const { spans: initial } = await readPredictions(base, sentences);
      const calibrator = await Calibrator.load(folder, deviceOf(options));
      try {
        const margins = margin === undefined ? {} : { margins: allMargins(margin) };
        const answered = sentences.map(({ words }, index) => ({
          words,
          spans: initial[index] ?? [],
        }));
        const statistics = TextStatistics.of(answered);
        const calibrated = await inBatches(answered, { title: 'calibrating', session }, (batch) =>
          calibrator.calibrateSentences(batch, { ...margins, statistics, signal: session.signal }),
        );
        const answers = calibrated.flatMap(({ spans }, index) => {
          const sentence = sentences[index] as LabelledSentence;
          return spans.map((span) => answerRecord(span, sentence));
        });
        const kept = calibrated.map(({ spans }) =>
          spans.filter(({ decision }) => decision !== 'dropped'),
        );
        const lines = answers.map((answer) => `${JSON.stringify(answer)}\n`);
        await writeText(`${out}.answers.jsonl`, lines.join(''));
        await writeText(out, formatTagged(sentences, kept));
        const decisions = countBy(answers.map(({ decision }) => decision));
        return {
          text: `${out}: ${answers.length} answers\n${alignColumns([
            Object.keys(decisions),
            Object.values(decisions).map(String),
          ])}`,
          json: { out, answers: answers.length, decisions },
        };
      } finally {
        await calibrator.dispose();
      }
    },
  });

const allMargins = (margin: number) => ({ move: margin, drop: margin, relabel: margin });

/** One answer before and after; spans in words of their sentence, whose first word stands at `line` of the text. */
function answerRecord(
  { initial, decision, dropped, scores, score, ...calibrated }: CalibratedSpan,
  { words, conll }: LabelledSentence,
) {
  const shown = ({ start, end, label }: Span) => ({
    start,
    end,
    label,
    text: words.slice(start, end).join(' '),
  });
  return {
    line: lineOf(conll, 0),
    initial: shown(initial),
    calibrated: decision === 'dropped' ? null : shown(calibrated),
    decision,
    ...(dropped && { dropped }),
    score,
    ...(scores && { scores }),
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = { kept: 0, moved: 0, relabelled: 0, dropped: 0 };
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

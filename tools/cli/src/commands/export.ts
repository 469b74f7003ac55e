import { stat } from 'node:fs/promises';
import { writeOnnx } from '@calibre/model';
import { Option } from 'commander';
import { define } from '../define.js';

interface Options {
  readonly out: string;
  readonly precision: 'float32' | 'float16' | 'int8';
}

/** `calibre export`: a checkpoint as one ONNX file for inference elsewhere. */
export const exportCommand = () =>
  define<[checkpoint: string], Options>({
    usage: 'export <checkpoint>',
    summary: 'Write a calibrator or tagger as one ONNX file that any onnxruntime runs.',
    example: 'calibre export calibrator --out calibrator.onnx --precision int8',
    configure: (command) =>
      command
        .requiredOption('--out <file>', 'the ONNX file')
        .addOption(
          new Option('--precision <precision>', 'of the weights and of the products with them')
            .choices(['float32', 'float16', 'int8'])
            .default('float32'),
        ),
    async run([checkpoint], { out, precision }) {
      await writeOnnx(checkpoint, out, { precision });
      const { size } = await stat(out);
      return {
        text: `${out}: ${(size / 1e6).toFixed(1)} MB in ${precision}`,
        json: { out, precision, bytes: size },
      };
    },
  });

import { writeFile } from 'node:fs/promises';
import { exportOnnx } from '@calibre/model';
import { Option } from 'commander';
import { define } from '../define.js';
import { writeWhole } from '../files.js';

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
      const model = await exportOnnx(checkpoint, { precision });
      await writeWhole(out, (partial) => writeFile(partial, model));
      const megabytes = (model.byteLength / 1e6).toFixed(1);
      return {
        text: `${out}: ${megabytes} MB in ${precision}`,
        json: { out, precision, bytes: model.byteLength },
      };
    },
  });

/** A weight in 8 bits: unsigned integers around 128 and one float32 scale for each channel. */
import { dataTypes } from '../data.js';
import { bytesOf, type OnnxTensor } from './onnx-graph.js';

/**
 * w ≈ (q − 128) · scale with q = round(w / scale) + 128 and scale = max |w| / 127 of the channel. The signed form would
 * saturate on processors without VNNI, where pairs of products are summed in 16 bits; this one is exact on all.
 */
export const zeroPoint = 128;

export interface Layout {
  /** Name of the integers; the scales have it followed by " scales". */
  readonly name: string;
  /** What has a scale of its own. */
  readonly channels: 'rows' | 'columns';
  /** Stored as its transpose; its rows are columns then. */
  readonly turned: boolean;
  /** Multiplies the weight. */
  readonly factor: number;
}

export const scalesOf = (weight: string): string => `${weight} scales`;

/** Integers of a float32 matrix, and scales that broadcast to them: [rows, 1], or [columns]. */
export function quantiseWeight(weight: OnnxTensor, layout: Layout): [OnnxTensor, OnnxTensor] {
  const { dims, rawData } = weight;
  const [rows, columns] = dims as readonly [number, number];
  const values = new Float32Array(rawData.buffer, rawData.byteOffset, rows * columns);
  const { name, channels, turned, factor } = layout;
  const scales = channelScales(values, { rows, columns, channels });
  const integers = new Uint8Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column] as number;
      const scale = scales[channels === 'rows' ? row : column] as number;
      integers[turned ? column * rows + row : row * columns + column] =
        Math.round(value / scale) + zeroPoint;
    }
  const broadcast = channels === 'rows' && !turned ? [rows, 1] : [scales.length];
  return [
    {
      name,
      dims: turned ? [columns, rows] : [rows, columns],
      dataType: dataTypes.uint8.onnx,
      rawData: integers,
    },
    {
      name: scalesOf(name),
      dims: broadcast,
      dataType: dataTypes.float32.onnx,
      rawData: bytesOf(scales.map((scale) => scale * factor)),
    },
  ];
}

/** max |w| / 127 of each channel; 1 where it is all zeros. */
function channelScales(
  values: Float32Array,
  { rows, columns, channels }: { rows: number; columns: number; channels: Layout['channels'] },
): Float32Array {
  const largest = new Float32Array(channels === 'rows' ? rows : columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const channel = channels === 'rows' ? row : column;
      const size = Math.abs(values[row * columns + column] as number);
      if (size > (largest[channel] as number)) largest[channel] = size;
    }
  return largest.map((size) => (size === 0 ? 1 : size / 127));
}

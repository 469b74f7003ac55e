/** Weights in a file beside the model (ONNX's external data), for models beyond the 2 GB of one file. */
import { externalLocation } from '../onnx/schema.js';
import type { OnnxTensor } from './onnx-graph.js';

export interface ExternalData {
  /** Name of the file beside the model, as the model is to call it. */
  readonly location: string;
  /** Appends to that file; not called where the model holds its weights itself. */
  readonly write: (bytes: Uint8Array) => Promise<unknown>;
}

const alignment = 64; // bytes, for programs that map the file into memory

/** Moves weights to the other file, in the order of the calls. */
export class ExternalWriter {
  readonly #to: ExternalData;
  #offset = 0;

  constructor(to: ExternalData) {
    this.#to = to;
  }

  async move({ rawData, ...tensor }: OnnxTensor): Promise<OnnxTensor> {
    const gap = -this.#offset & (alignment - 1);
    if (gap > 0) await this.#to.write(new Uint8Array(gap));
    await this.#to.write(rawData);
    const place = {
      location: this.#to.location,
      offset: String(this.#offset + gap),
      length: String(rawData.byteLength),
    };
    this.#offset += gap + rawData.byteLength;
    return {
      ...tensor,
      rawData: new Uint8Array(),
      externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
      dataLocation: externalLocation,
    };
  }
}

/** Moves tensors between host memory and WebGPU buffers: the binding offers no copy, an identity session does it. */
import * as ort from 'onnxruntime-node';
import { type DataType, dataTypes } from '../data.js';
import { encodeIdentity } from '../onnx/model.js';

type Place = 'cpu' | 'gpu-buffer';

export class Copier {
  readonly #sessions = new Map<string, Promise<ort.InferenceSession>>();

  /** The tensor itself if it is in that place already, else a copy there. */
  async to(place: Place, tensor: ort.Tensor): Promise<ort.Tensor> {
    if (tensor.location === place) return tensor;
    const session = await this.#session(place, tensor.type as DataType);
    return (await session.run({ x: tensor })).y as ort.Tensor;
  }

  #session(place: Place, type: DataType): Promise<ort.InferenceSession> {
    const key = `${place} ${type}`;
    const session =
      this.#sessions.get(key) ??
      ort.InferenceSession.create(encodeIdentity(dataTypes[type].onnx), {
        executionProviders: ['webgpu'],
        preferredOutputLocation: place,
        logSeverityLevel: 3,
      });
    this.#sessions.set(key, session);
    return session;
  }
}

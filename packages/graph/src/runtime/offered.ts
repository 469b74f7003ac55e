/** Whether onnxruntime can compute on a device here, found out before anything is put on it. */
import * as ort from 'onnxruntime-node';
import { dataTypes } from '../data.js';
import { encodeIdentity } from '../onnx/model.js';
import { type Device, devices } from '../operators/operator.js';

/** @throws Error that says why not, and which devices this onnxruntime offers */
export async function requireDevice(device: Device): Promise<void> {
  if (device === 'cpu') return;
  try {
    const model = encodeIdentity(dataTypes.float32.onnx);
    const session = await ort.InferenceSession.create(model, { executionProviders: [device] });
    await session.release();
  } catch (error) {
    const known: readonly string[] = devices;
    const backends = ort.listSupportedBackends().filter(({ name }) => known.includes(name));
    const offered = backends.map(describe).join(', ');
    throw new Error(
      `runtime: device ${device} must be usable here, got: ${(error as Error).message.trim()}; onnxruntime ${ort.env.versions.common} offers ${offered}`,
      { cause: error },
    );
  }
}

const describe = ({ name, bundled }: { name: string; bundled: boolean }): string =>
  bundled ? name : `${name} (where its library is installed)`;

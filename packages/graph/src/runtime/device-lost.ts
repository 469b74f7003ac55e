/** A device that is gone takes all residents with it: no request can be answered any more. */
const remedy = 'start another runtime, and go on from what was saved';

export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';

  constructor(what: string) {
    super(`runtime: ${what}; ${remedy}`);
  }
}

/** Whether an error of onnxruntime says that the GPU is gone (driver reset, removal, out of memory), not that a run was wrong. */
export const isDeviceLost = (message: string): boolean => /\bdevice\b.*\blost\b/i.test(message);

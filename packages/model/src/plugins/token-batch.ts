/** B rows of T tokens, short ones padded, as models in ONNX files take them. */
export interface TokenBatch {
  /** Arrays [B,T] by the names that Hugging Face gives the inputs. */
  readonly inputs: Readonly<Record<InputName, BigInt64Array<ArrayBuffer>>>;
  readonly shape: readonly [B: number, T: number];
}

const inputNames = ['input_ids', 'attention_mask', 'token_type_ids'] as const;

/** An input that such a model may have. */
export type InputName = (typeof inputNames)[number];

/** Whether a model's input is one that is fed here. */
export function isInputName(name: string): name is InputName {
  return (inputNames as readonly string[]).includes(name);
}

/** Pads rows of token ids to one length. Token types are 0 where a row has none. */
export function tokenBatch(
  rows: readonly { readonly inputIds: readonly number[]; readonly typeIds?: readonly number[] }[],
  { pad }: { pad: number },
): TokenBatch {
  const B = rows.length;
  const T = Math.max(...rows.map(({ inputIds }) => inputIds.length));
  const filled = (value: number) => new BigInt64Array(B * T).fill(BigInt(value));
  const inputs = { input_ids: filled(pad), attention_mask: filled(0), token_type_ids: filled(0) };
  rows.forEach(({ inputIds, typeIds }, row) => {
    inputIds.forEach((id, token) => {
      const at = row * T + token;
      inputs.input_ids[at] = BigInt(id);
      inputs.attention_mask[at] = 1n;
      inputs.token_type_ids[at] = BigInt(typeIds?.[token] ?? 0);
    });
  });
  return { inputs, shape: [B, T] };
}

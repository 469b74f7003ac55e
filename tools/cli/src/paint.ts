/** Terminal colours (ANSI), or none. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const codes = { red: [31, 39], green: [32, 39], dim: [2, 22], bold: [1, 22] } as const;

const painter = (enabled: boolean): Paint =>
  Object.fromEntries(
    Object.entries(codes).map(([name, [on, off]]) => [
      name,
      (text: string) => (enabled ? `\u001b[${on}m${text}\u001b[${off}m` : text),
    ]),
  ) as unknown as Paint;

/** Colours where `stream` is a terminal; NO_COLOR and FORCE_COLOR decide otherwise. */
export function paintFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Paint {
  if (env.NO_COLOR) return painter(false);
  return painter(Boolean(env.FORCE_COLOR) || stream.isTTY === true);
}

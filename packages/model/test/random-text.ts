/** Random strings in many scripts, the same for the same seed. */

/** A uniform generator on [0, 1): a linear congruence, good enough to pick characters. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// Blocks of some thirty scripts, with combining marks, control characters, emoji, compatibility forms and tags.
// biome-ignore format: a table
const blocks: readonly (readonly [number, number])[] = [
  [0x20, 0x7e], [0xa0, 0x17f], [0x180, 0x24f], [0x300, 0x36f], [0x370, 0x3ff], [0x400, 0x52f],
  [0x530, 0x58f], [0x590, 0x5ff], [0x600, 0x6ff], [0x700, 0x74f], [0x900, 0x97f], [0x980, 0x9ff],
  [0xb80, 0xbff], [0xd80, 0xdff], [0xe00, 0xe7f], [0xe80, 0xeff], [0xf00, 0xfff], [0x1000, 0x109f],
  [0x10a0, 0x10ff], [0x1100, 0x11ff], [0x1200, 0x137f], [0x1780, 0x17ff], [0x1e00, 0x1eff],
  [0x2000, 0x206f], [0x2070, 0x20cf], [0x2100, 0x218f], [0x3000, 0x303f], [0x3040, 0x30ff],
  [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfb00, 0xfb4f], [0xfe00, 0xfe0f],
  [0xff00, 0xffef], [0x1f300, 0x1f6ff], [0x1f900, 0x1f9ff], [0x20000, 0x2ffff], [0, 0x1f],
  [0x1d400, 0x1d7ff], [0xe0000, 0xe007f],
];

/** A string of up to thirty draws: characters of one block at a time, spaces, strays, lone surrogates and `others`. */
export function randomText(random: () => number, others: readonly string[]): string {
  const below = (n: number) => Math.floor(random() * n);
  const block = () => blocks[below(blocks.length)] as readonly [number, number];
  let [first, last] = block();
  let text = '';
  for (let left = 1 + below(30); left > 0; left--) {
    const kind = random();
    if (kind < 0.15) [first, last] = block();
    if (kind > 0.97) text += others[below(others.length)];
    else if (kind > 0.85) text += ' ';
    else if (kind > 0.83) text += String.fromCodePoint(below(0x110000));
    else text += String.fromCodePoint(first + below(last - first + 1));
  }
  return text;
}

/** `-{ … }-`: text in several variants of a language, or with the conversion between them off. */

/** The text to show, or where in the content the wikitext to show begins. */
export type ShownVariant = { readonly text: string } | { readonly start: number };

/**
 * What the content of `-{ … }-` shows: of `code:text;code:text` the text of `variant`, or the first; of other content
 * itself, without its flags. Undefined where it only defines a conversion or a title (flags H, T and -).
 */
export function shownVariant(
  content: string,
  variant: string | undefined,
): ShownVariant | undefined {
  const flags = /^\s*([A-Za-z;\- ]*)\|/.exec(content);
  if (flags && /[HT-]/.test(flags[1] as string)) return undefined;
  const start = flags?.[0].length ?? 0;
  const choices = [
    ...content.slice(start).matchAll(/(?:^|;)\s*([a-z]{2,3}(?:-[a-z]+)*)\s*:\s*([^;]*)/g),
  ];
  if (choices.length === 0) return { start };
  const chosen = choices.find(([, code]) => code === variant) ?? choices[0];
  return { text: chosen?.[2]?.trim() ?? '' };
}

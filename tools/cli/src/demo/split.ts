import type { Passage } from '@calibre/data-wiki';
import { groups } from '../groups.js';

/** Passages of other pages: no page is in both. */
export interface Split {
  readonly rest: readonly Passage[];
  readonly heldOut: readonly Passage[];
}

export interface SplitOptions {
  /** Most anchors of a language that are held out, as a fraction; but at least one page is. */
  readonly share: number;
  /** Whether a language's only page is held out, so that nothing of the language is left. */
  readonly holdOutLonePages: boolean;
}

/** Holds out pages of each language, those with the fewest anchors. */
export function holdOutPages(
  passages: readonly Passage[],
  { share, holdOutLonePages }: SplitOptions,
): Split {
  const heldOut = new Set<Passage>();
  for (const ofLanguage of groups(passages, ({ language }) => language)) {
    const pages = groups(ofLanguage, ({ pageId }) => pageId).sort(
      (a, b) => anchors(a) - anchors(b),
    );
    if (pages.length === 1 && !holdOutLonePages) continue;
    const room = share * anchors(ofLanguage);
    let held = 0;
    for (const [index, page] of pages.entries()) {
      held += anchors(page);
      if (index > 0 && held > room) break;
      for (const passage of page) heldOut.add(passage);
    }
  }
  return {
    rest: passages.filter((passage) => !heldOut.has(passage)),
    heldOut: passages.filter((passage) => heldOut.has(passage)),
  };
}

const anchors = (passages: readonly Passage[]) =>
  passages.reduce((sum, passage) => sum + passage.anchors.length, 0);

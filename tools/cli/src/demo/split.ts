import type { Passage } from '@calibre/data-wiki';
import { groups } from '../groups.js';

/** Passages to train on and passages never seen in training; no page is in both. */
export interface Split {
  readonly train: readonly Passage[];
  readonly heldOut: readonly Passage[];
}

/**
 * Splits by page. Of each language the pages with the fewest anchors are held out, up to `share` of its anchors and at least
 * one page: a language with a single page is not trained on at all.
 */
export function splitByPage(passages: readonly Passage[], { share = 0.2 } = {}): Split {
  const heldOut = new Set<Passage>();
  for (const ofLanguage of groups(passages, ({ language }) => language)) {
    const pages = groups(ofLanguage, ({ pageId }) => pageId).sort(
      (a, b) => anchors(a) - anchors(b),
    );
    const room = share * anchors(ofLanguage);
    let held = 0;
    for (const [index, page] of pages.entries()) {
      held += anchors(page);
      if (index > 0 && held > room) break;
      for (const passage of page) heldOut.add(passage);
    }
  }
  return {
    train: passages.filter((passage) => !heldOut.has(passage)),
    heldOut: passages.filter((passage) => heldOut.has(passage)),
  };
}

const anchors = (passages: readonly Passage[]) =>
  passages.reduce((sum, passage) => sum + passage.anchors.length, 0);

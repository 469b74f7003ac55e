/** Items with the same key together, in the order in which the keys first come. */
export function groups<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Item[][] {
  const found = new Map<Key, Item[]>();
  for (const item of items) {
    const group = found.get(keyOf(item));
    if (group === undefined) found.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...found.values()];
}

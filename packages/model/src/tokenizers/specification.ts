/** The part of `tokenizer.json` that is read here, in the file's own names. */
export interface TokenizerSpecification {
  readonly version?: string;
  readonly truncation?: unknown;
  readonly padding?: unknown;
  readonly added_tokens: readonly AddedTokenSpecification[];
  readonly normalizer: Component | null;
  readonly pre_tokenizer: Component | null;
  readonly post_processor: Component | null;
  readonly decoder?: unknown;
  readonly model: Component;
}

/** A named part of the pipeline with its settings, which are checked where they are used: see `setting`. */
export interface Component {
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** A token found in raw text before anything else happens. */
export interface AddedTokenSpecification {
  readonly id: number;
  readonly content: string;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  readonly normalized?: boolean;
  readonly special?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const kinds = {
  text: (value: unknown): value is string => typeof value === 'string',
  boolean: (value: unknown): value is boolean => typeof value === 'boolean',
  number: (value: unknown): value is number => typeof value === 'number',
  id: (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1 << 24,
  list: (value: unknown): value is readonly unknown[] => Array.isArray(value),
  object: (value: unknown): value is Fields =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
  component: (value: unknown): value is Component => kinds.object(value) && kinds.text(value.type),
};

type Kind = keyof typeof kinds;
type Value<K extends Kind> = (typeof kinds)[K] extends (value: unknown) => value is infer V
  ? V
  : never;

/**
 * A value of tokenizer.json, checked.
 *
 * @param place where it stands in the file, for the error
 */
export function expectKind<K extends Kind>(value: unknown, kind: K, place: string): Value<K> {
  if (kinds[kind](value)) return value as Value<K>;
  const got = JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
  throw new Error(
    `tokenizer.json: ${place} must be of kind ${kind}, got ${got}; the file is damaged or of another program`,
  );
}

/** A setting of a component, checked; the default stands for an absent or null one. */
export function setting<K extends Kind>(
  component: Component,
  name: string,
  { kind, ifAbsent }: { kind: K; ifAbsent?: Value<K> },
): Value<K> {
  const value = component[name] ?? undefined;
  if (value === undefined && ifAbsent !== undefined) return ifAbsent;
  return expectKind(value, kind, `${component.type}.${name}`);
}

/** A setting that is a list of components. */
export function componentsOf(component: Component, name: string): readonly Component[] {
  return setting(component, name, { kind: 'list' }).map((value, at) =>
    expectKind(value, 'component', `${component.type}.${name}[${at}]`),
  );
}

/** The entry for a component's type, or an error that lists the types there are. */
export function lookUp<T>(
  table: Readonly<Record<string, T>>,
  { type }: Component,
  place: string,
): T {
  const entry = Object.hasOwn(table, type) ? table[type] : undefined;
  if (entry === undefined) {
    throw new Error(
      `tokenizer.json: ${place}.type must be one of ${Object.keys(table).join(', ')}, got "${type}"; this tokenizer is not supported`,
    );
  }
  return entry;
}

/**
 * Checks the outline of a parsed tokenizer.json; absent optional parts become null.
 *
 * @throws naming the part that is missing or malformed
 */
export function checkSpecification(file: Fields): TokenizerSpecification {
  const optional = (name: string): Component | null =>
    file[name] === undefined || file[name] === null
      ? null
      : expectKind(file[name], 'component', name);
  const addedTokens = expectKind(file.added_tokens ?? [], 'list', 'added_tokens');
  addedTokens.forEach((token, at) => {
    const { id, content } = expectKind(token, 'object', `added_tokens[${at}]`);
    expectKind(id, 'id', `added_tokens[${at}].id`);
    expectKind(content, 'text', `added_tokens[${at}].content`);
  });
  return {
    ...file,
    added_tokens: addedTokens as readonly AddedTokenSpecification[],
    normalizer: optional('normalizer'),
    pre_tokenizer: optional('pre_tokenizer'),
    post_processor: optional('post_processor'),
    model: expectKind(file.model, 'component', 'model'),
  };
}

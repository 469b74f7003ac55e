import { readText } from './files.js';

/** Hyper-parameters by name. */
type Config = Readonly<Record<string, unknown>>;

export interface ConfigOptions {
  /** A JSON file with some of the values, such as `--print-config` wrote. */
  readonly config?: string;
  /** `name=value`, the value as JSON or as a bare word; `outer.name=value` within an object; wins over the file. */
  readonly set?: readonly string[];
}

/**
 * Defaults with what the user set.
 * @throws Error for a name that the defaults lack and for a value of another type
 */
export async function resolveConfig<Known extends object>(
  defaults: Known,
  { config, set = [] }: ConfigOptions,
): Promise<Known> {
  const fromFile = config === undefined ? {} : await readConfigFile(config);
  const place = { place: config ?? '' };
  let resolved: Config = defaults as Config;
  for (const [name, value] of Object.entries(fromFile))
    resolved = withValue(resolved, [name], { value, ...place });
  for (const setting of set) {
    const [name, value] = parseSetting(setting);
    resolved = withValue(resolved, name.split('.'), { value, place: '--set' });
  }
  return resolved as Known;
}

async function readConfigFile(path: string): Promise<Config> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as Config;
  } catch (cause) {
    throw new Error(`${path}: must be JSON, got ${(cause as Error).message}`, { cause });
  }
}

function parseSetting(setting: string): [string, unknown] {
  const [name = '', ...rest] = setting.split('=');
  if (rest.length === 0) {
    throw new Error(`--set: must be name=value, got ${setting}; see --print-config for the names`);
  }
  const value = rest.join('=');
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

/** A copy of `known` in which the value at a path of names is another of its type. */
function withValue(
  known: Config,
  [name = '', ...inner]: readonly string[],
  { value, place, within = '' }: { value: unknown; place: string; within?: string },
): Config {
  if (!Object.hasOwn(known, name)) {
    throw new Error(
      `${place}: must name a hyper-parameter, got ${within}${name}; known are ${Object.keys(known).join(', ')}`,
    );
  }
  const old = known[name];
  if (inner.length > 0) {
    if (typeof old !== 'object' || old === null || Array.isArray(old)) {
      throw new Error(`${place}: ${within}${name} has no values within, got ${inner.join('.')}`);
    }
    const options = { value, place, within: `${within}${name}.` };
    return { ...known, [name]: withValue(old as Config, inner, options) };
  }
  if (kindOf(value) !== kindOf(old)) {
    throw new Error(
      `${place}: ${within}${name} must be ${kindOf(old)}, got ${JSON.stringify(value)}; its default is ${JSON.stringify(old)}`,
    );
  }
  return { ...known, [name]: value };
}

const kindOf = (value: unknown) => (Array.isArray(value) ? 'a list' : `of type ${typeof value}`);

import { readText } from './files.js';

/** Hyper-parameters by name; nested objects are set as a whole. */
type Config = Readonly<Record<string, unknown>>;

export interface ConfigOptions {
  /** A JSON file with some of the values, such as `--print-config` wrote. */
  readonly config?: string;
  /** `name=value`, the value as JSON or as a bare word; wins over the file. */
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
  const fromCall = Object.fromEntries(set.map(parseSetting));
  return {
    ...defaults,
    ...checked(defaults as Config, fromFile, config ?? ''),
    ...checked(defaults as Config, fromCall, '--set'),
  };
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

function checked(defaults: Config, given: Config, place: string): Config {
  for (const [name, value] of Object.entries(given)) {
    const known = defaults[name];
    if (!Object.hasOwn(defaults, name)) {
      throw new Error(
        `${place}: must name a hyper-parameter, got ${name}; known are ${Object.keys(defaults).join(', ')}`,
      );
    }
    if (kindOf(value) !== kindOf(known)) {
      throw new Error(
        `${place}: ${name} must be ${kindOf(known)}, got ${JSON.stringify(value)}; its default is ${JSON.stringify(known)}`,
      );
    }
  }
  return given;
}

const kindOf = (value: unknown) => (Array.isArray(value) ? 'a list' : `of type ${typeof value}`);

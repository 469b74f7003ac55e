import { Presets, SingleBar } from 'cli-progress';

/** How far long work is. */
export interface Progress {
  /** `detail` stands beside the numbers: a loss, a page's title. */
  update(value: number, detail?: string): void;
  /** Draws nothing more. May be called twice. */
  stop(): void;
}

export interface ProgressOptions {
  /** Unknown: values are shown alone. */
  readonly total?: number;
  readonly unit?: string;
  readonly stream: NodeJS.WriteStream;
  /** Milliseconds since some start. */
  readonly now?: () => number;
}

/** A bar where `stream` is a terminal, plain lines now and then elsewhere. */
export function createProgress(title: string, options: ProgressOptions): Progress {
  return options.stream.isTTY && options.total !== undefined
    ? bar(title, { ...options, total: options.total })
    : lines(title, options);
}

function bar(
  title: string,
  { total, unit = '', stream }: ProgressOptions & { total: number },
): Progress {
  const format = `${title} {bar} {value}/{total} ${unit} · {eta_formatted} left · {detail}`;
  const drawn = new SingleBar(
    { format, stream, barsize: 24, hideCursor: true, stopOnComplete: false },
    Presets.shades_classic,
  );
  drawn.start(total, 0, { detail: '' });
  return {
    update: (value, detail) => drawn.update(value, detail === undefined ? {} : { detail }),
    stop: () => drawn.stop(),
  };
}

/** At most a line in this time, but for the first and the last. */
const lineMilliseconds = 5000;

function lines(
  title: string,
  { total, unit = '', stream, now = () => performance.now() }: ProgressOptions,
): Progress {
  let last = Number.NEGATIVE_INFINITY;
  let unsaid: string | undefined;
  const say = (line: string) => {
    stream.write(`${line}\n`);
    last = now();
    unsaid = undefined;
  };
  return {
    update(value, detail = '') {
      const of = total === undefined ? '' : `/${total}`;
      unsaid = [`${title} ${value}${of}`, unit, detail && `· ${detail}`].filter(Boolean).join(' ');
      if (now() - last >= lineMilliseconds) say(unsaid);
    },
    stop() {
      if (unsaid !== undefined) say(unsaid);
    },
  };
}

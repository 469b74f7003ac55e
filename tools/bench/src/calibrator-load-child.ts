/** Loads a calibrator once in a process of its own and says what that took. */
import { readFileSync } from 'node:fs';
import { Calibrator } from '@calibre/model';
import type { Loaded } from './calibrator-load.js';

const [folder = '.'] = process.argv.slice(2);
const status = (field: string): number => {
  const line = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
};

const bytesBefore = status('VmRSS');
const [begun, before] = [performance.now(), process.cpuUsage()];
const calibrator = await Calibrator.load(folder, { threads: 2 });
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(before);
const loaded: Loaded = {
  seconds,
  processorSeconds: (user + system) / 1e6,
  peakBytes: status('VmHWM'),
  bytesBefore,
};
console.log(JSON.stringify(loaded));
await calibrator.dispose();

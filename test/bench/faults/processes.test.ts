import { type ChildProcess, spawn } from 'node:child_process';
import { groupOf } from '../../../bench/faults/processes';

// Where there is no /proc there are no processes to be found, and no fault strikes.
const onLinux = process.platform === 'linux' ? test : test.skip;
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));

onLinux('a process leads its own group, or is in that of who started it', () => {
  child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  expect(groupOf(child.pid!)).toBe(child.pid);
  child.kill('SIGKILL');
  child = spawn('sleep', ['60'], { stdio: 'ignore' });
  expect(groupOf(child.pid!)).toBe(groupOf(process.pid));
});

test('a process that is not there is in none', () => {
  expect(groupOf(2 ** 30)).toBeUndefined();
});

import { execFileSync } from 'node:child_process';
import { blockWith } from '../readme';
import { inHome } from '../../local/paths';

test('the call of the README decides', () => {
  const script = blockWith('sh', 'curl').replaceAll('./.plumbline/local.json', inHome('local.json'));
  const decide = () => JSON.parse(execFileSync('bash', ['-euc', script], { encoding: 'utf8' })) as { id: string };
  const shape = JSON.parse(blockWith('json', '"outcome"')) as object;
  const decision = decide();
  // All but what is of this run is as the README shows it.
  const { id: _id, version: _version, at: _at, timings: _timings, ...shown } = shape as Record<string, unknown>;
  expect(decision).toMatchObject(shown);
  expect(Object.keys(decision)).toEqual(Object.keys(shape));
  expect(decide().id).toBe(decision.id);
});

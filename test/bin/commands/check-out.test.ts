import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CREDIT, plumbline } from '../plumbline';

test('an artifact that was kept is the same definition: nothing differs, and it can be checked itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-check-'));
  try {
    const out = join(folder, 'kept.json');
    expect((await plumbline(['check', CREDIT, '--out', out])).code).toBe(0);
    const { version } = JSON.parse(readFileSync(out, 'utf8')) as { version: string };
    const [again, diff] = await Promise.all([plumbline(['check', out]), plumbline(['diff', CREDIT, out])]);
    expect(again.stdout).toContain(version);
    expect(diff.stdout).toContain('They are the same.');
    const none = await plumbline(['check', join(CREDIT, 'baseline.json')]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('is no artifact: it has no "definition"')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

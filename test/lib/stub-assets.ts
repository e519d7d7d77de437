import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StagedArtifact } from '../../lib/staged-artifact';

// Functions without their code: most tests look at what surrounds it, and copying it is what takes the time.
// assets.test.ts takes the real one.
const stub = mkdtempSync(join(tmpdir(), 'plumbline-stub-'));
writeFileSync(join(stub, 'index.mjs'), '');
jest.spyOn(StagedArtifact.prototype, 'asset').mockReturnValue(stub);
afterAll(() => rmSync(stub, { recursive: true, force: true }));

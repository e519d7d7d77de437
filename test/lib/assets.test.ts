import './cdk-settings';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import creditRisk from '../../examples/credit-risk/pipeline';
import mailTriage from '../../examples/mail-triage/pipeline';
import { DecisionPipeline } from '../../lib';
import { PipelineFunction } from '../../lib/pipeline-function';
import { StagedArtifact } from '../../lib/staged-artifact';
import { withoutActions } from './without-actions';

const app = new App();
afterAll(() => rmSync(app.outdir, { recursive: true, force: true }));

const staged: string[] = [];
const { asset } = StagedArtifact.prototype;
jest.spyOn(StagedArtifact.prototype, 'asset').mockImplementation(function (this: StagedArtifact, name) {
  const folder = asset.call(this, name);
  staged.push(folder);
  return folder;
});
const pipeline = new DecisionPipeline(new Stack(app, 'Stack'), 'Pipeline', { definition: withoutActions });
const folders = readdirSync(app.outdir).filter((name) => name.startsWith('asset.'));

test('every function has code of its own', () => {
  expect(staged).toHaveLength(16);
  expect(folders).toHaveLength(16);
});

test.each(folders)('%s carries the artifact beside the code', (folder) => {
  const read = (name: string) => readFileSync(join(app.outdir, folder, name), 'utf8');
  const { version, definition } = JSON.parse(read('artifact.json'));
  expect([version, definition.name]).toEqual([pipeline.version, 'credit-risk']);
  expect(JSON.parse(read('openapi.json')).openapi).toMatch(/^3\.1/);
  expect(read('validator.mjs')).toContain('./validator-runtime.mjs');
  expect(read('validator-runtime.mjs')).toContain('export');
  expect(read('index.mjs')).toMatch(/export\s*\{[^}]*handler/);
});

test('the functions that explain scores or weigh drift carry the trees, of the candidate too, and no others do', () => {
  const artifact = makeArtifact(creditRisk);
  const staged = new StagedArtifact(artifact, { artifact, share: 0.1 });
  const names = readdirSync(join(__dirname, '../../lambdas')).filter((name) => !name.startsWith('_'));
  const trees = (name: string) => readdirSync(staged.asset(name)).filter((file) => file.endsWith('trees.json'));
  const carrying = names.filter((name) => trees(name).length > 0);
  expect(carrying.sort()).toEqual(['evaluate', 'read', 'reviews']);
  for (const name of carrying) expect(trees(name).sort()).toEqual(['candidate-trees.json', 'trees.json']);
  staged.discard();
});

test('what checks the answers of a language model lies beside every function, and of no other model', () => {
  const filesOf = (definition: PipelineDefinition) => {
    const staged = new StagedArtifact(makeArtifact(definition));
    const files = readdirSync(staged.asset('decide'));
    staged.discard();
    return files;
  };
  expect(filesOf(mailTriage)).toContain('answer.mjs');
  expect(filesOf(creditRisk)).not.toContain('answer.mjs');
});

test('no files stay behind in the temporary folder', () => {
  expect(staged.filter((folder) => existsSync(folder))).toEqual([]);
});

test('fails when the bundles have not been built', () => {
  const artifact = new StagedArtifact(makeArtifact(creditRisk));
  const make = () =>
    new PipelineFunction(new Stack(app, 'Missing'), 'Missing', {
      settings: { artifact },
      name: 'missing',
      description: '',
      env: {},
      values: {},
      timeout: Duration.seconds(1),
    });
  expect(make).toThrow(/No bundle for the function "missing" at .*dist.bundles.missing\. Run: npm run bundle/);
  artifact.discard();
});

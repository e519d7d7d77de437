import { assembly } from './templates';
import { triageAssembly } from './triage-stacks';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Rules that we do not follow, and why. One that no template breaks any more must go. */
const IGNORED: Readonly<Record<string, string>> = {
  I1022: 'CDK joins strings with Fn::Join; nobody reads the templates for their looks.',
  W3005: 'CDK makes a function wait for its role, and with it for the policy, which a reference alone does not.',
  W6001: "A pipeline tells its clients the name of its event bus, whether it is its own or the platform's.",
};

interface Finding {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly unknown[] | null };
}

const root = join(__dirname, '../..');
const [folder, program] = process.platform === 'win32' ? ['Scripts', 'cfn-lint.exe'] : ['bin', 'cfn-lint'];
const binary = join(root, '.plumbline', 'venv', folder, program);
const planted = join(mkdtempSync(join(tmpdir(), 'plumbline-lint-')), 'planted.template.json');
let findings: Finding[];

beforeAll(() => {
  if (!existsSync(binary))
    throw new Error(
      `cfn-lint is not at ${binary}. \`npm test\` installs it. By hand: python3 -m venv .plumbline/venv && ` +
        '.plumbline/venv/bin/python -m pip install --require-hashes -r local/requirements-test.txt',
    );
  writeFileSync(
    planted,
    JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 'soon' } } } }),
  );
  const templates = [assembly, triageAssembly]
    .flatMap(({ stacks }) => stacks)
    .map(({ templateFullPath }) => templateFullPath);
  const args = ['--include-checks', 'I', '--format', 'json', '--template', ...templates, planted];
  const { stdout, stderr, error } = spawnSync(binary, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error || stderr) throw error ?? new Error(stderr);
  findings = JSON.parse(stdout) as Finding[];
}, 60_000);
afterAll(() => rmSync(join(planted, '..'), { recursive: true, force: true }));

const text = ({ Filename, Rule, Message, Location }: Finding) =>
  `${basename(Filename)} ${Rule.Id} ${Location.Path?.join('/') ?? ''}: ${Message}`;

test('finds nothing in any stack: no error, no warning, no advice', () => {
  const ours = findings.filter(({ Filename, Rule }) => Filename !== planted && !(Rule.Id in IGNORED));
  expect(ours.map(text)).toEqual([]);
});

test('finds what is planted', () => {
  const rules = findings.filter(({ Filename }) => Filename === planted).map(({ Rule }) => Rule.Id);
  expect(rules).toContain('E3012');
});

test.each(Object.entries(IGNORED))('%s is ignored for a reason that still holds: %s', (rule) => {
  expect(findings.some(({ Filename, Rule }) => Filename !== planted && Rule.Id === rule)).toBe(true);
});

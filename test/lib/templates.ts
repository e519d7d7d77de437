import './cdk-settings';
import './stub-assets';
import { rmSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { app } from '../../bin/app';

export interface Resource {
  readonly Type: string;
  // A template is JSON of many forms; a test that reads the wrong one fails on its own.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly Properties: Readonly<Record<string, any>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The app of bin/app.ts, with every stack that `cdk deploy --all` deploys; synthesized once for each test file. */
export { app };
export const assembly = app.synth();
export const stacks = app.node.children.filter((child): child is Stack => 'templateFile' in child);

/** The resources of a synthesized stack by logical id. */
export const resourcesOf = (stack: Stack): Readonly<Record<string, Resource>> =>
  (stack.node.root as App).synth().getStackArtifact(stack.artifactId).template.Resources;

/** Those of one type. */
export const ofType = (resources: Readonly<Record<string, Resource>>, type: string): [id: string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

/** An app of a test's own; its files go when the test file ends. */
export function testApp(): App {
  const made = new App();
  apps.push(made);
  return made;
}

const apps = [app];
afterAll(() => apps.forEach(({ outdir }) => rmSync(outdir, { recursive: true, force: true })));

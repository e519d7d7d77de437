import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { validatorModule } from '../core/input/compile-schema';
import type { Artifact } from '../core/pipeline/artifact';
import type { JsonSchema } from '../core/pipeline/definition';
import { openApiDocument } from '../core/pipeline/openapi';

/** The functions that explain decisions or weigh drift: they alone carry the model's trees. */
const WITH_TREES = ['read', 'reviews', 'evaluate'];

/** The artifact's files on disk, ready to be laid beside any bundle. */
export class StagedArtifact {
  private readonly root = mkdtempSync(join(tmpdir(), 'plumbline-'));

  constructor(
    readonly artifact: Artifact,
    /** The candidate beside the live definition, and the share of the requests that it decides. */
    readonly candidate?: { readonly artifact: Artifact; readonly share: number },
  ) {}

  /** A folder with the named function's bundle and the artifact; its content alone decides the asset's hash. */
  asset(name: string): string {
    const folder = join(this.root, name);
    const bundle = join(bundles(), name);
    if (existsSync(folder) || !existsSync(bundle)) return existsSync(bundle) ? folder : bundle;
    mkdirSync(folder);
    cpSync(bundle, folder, { recursive: true });
    const { version, definition, trees } = this.artifact;
    writeFileSync(join(folder, 'artifact.json'), JSON.stringify({ version, definition }));
    if (trees && WITH_TREES.includes(name)) writeFileSync(join(folder, 'trees.json'), JSON.stringify(trees));
    if (this.candidate) {
      const { artifact, share } = this.candidate;
      const plain = { version: artifact.version, definition: artifact.definition };
      writeFileSync(join(folder, 'candidate.json'), JSON.stringify({ artifact: plain, share }));
      if (artifact.trees && WITH_TREES.includes(name))
        writeFileSync(join(folder, 'candidate-trees.json'), JSON.stringify(artifact.trees));
    }
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(openApiDocument(this.artifact)));
    const modules = {
      validator: this.artifact.definition.input,
      answer: answerSchema(this.artifact),
      'candidate-answer': this.candidate && answerSchema(this.candidate.artifact),
    };
    for (const [file, schema] of Object.entries(modules))
      if (schema) writeFileSync(join(folder, `${file}.mjs`), validatorModule(schema, './validator-runtime.mjs'));
    return folder;
  }

  /** Removes the files. */
  discard(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What a language model's answers are checked by. */
const answerSchema = ({ definition: { model } }: Artifact): JsonSchema | undefined =>
  model.kind === 'llm' ? model.answer.schema : undefined;

/** Where the bundles lie: `dist/bundles` of this package, in a checkout as in node_modules. */
function bundles(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'dist', 'bundles');
}

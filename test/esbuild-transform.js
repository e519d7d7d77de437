const { transformSync } = require('esbuild');

/** Strips types as the bundler does; types themselves are checked by tsc. */
module.exports = {
  process: (source, file) => ({
    code: transformSync(source, {
      loader: file.endsWith('.ts') ? 'ts' : 'js',
      format: 'cjs',
      target: 'node20',
      // What is imported late is required late: Jest has no other way.
      supported: { 'dynamic-import': false },
      sourcemap: 'inline',
      sourcefile: file,
    }).code,
  }),
};

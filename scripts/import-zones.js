/**
 * Which folder may import from which; read by ESLint and by test/architecture.test.ts.
 * `target` may not import `from`, save for `except`.
 */
const runtime = ['./adapters', './lambdas'];
const outside = ['./bin', './console', './local', './test', './bench', './scripts'];

const zones = [
  { target: './core', from: ['./lib', ...runtime, './examples', ...outside] },
  { target: './adapters', from: ['./lib', './lambdas', './examples', ...outside] },
  { target: './lambdas', from: ['./lib', './examples', ...outside] },
  { target: './lib', from: ['./adapters', './examples', ...outside] },
  // A construct knows a function by the names in its env.ts and nothing else.
  { target: './lib', from: './lambdas/**/*', except: ['**/env.ts'] },
  { target: './bin', from: ['./lambdas', './local', './test', './bench'] },
  { target: './examples', from: ['./adapters', './lambdas', './local', './test', './bench'] },
  { target: './local', from: ['./lambdas', './test', './bench'] },
].flatMap(({ target, from, except }) => [from].flat().map((f) => ({ target, from: f, ...(except ? { except } : {}) })));

module.exports = { zones };

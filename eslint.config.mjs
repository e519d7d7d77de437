import { createRequire } from 'node:module';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const require = createRequire(import.meta.url);
const { zones } = require('./scripts/import-zones.js');

export default tseslint.config(
  { ignores: ['dist/', 'cdk.out*/', '.plumbline/', '**/*.js'] },
  ...tseslint.configs.recommended,
  {
    // Plain Node, which no compiler checks.
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', fetch: 'readonly', Buffer: 'readonly' } },
    rules: { 'no-undef': 'error' },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.json'] } } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'import-x/no-restricted-paths': ['error', { zones }],
      'max-lines': ['error', 400],
      eqeqeq: 'error',
    },
  },
  {
    files: ['core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
        { object: 'performance', property: 'now' },
      ],
    },
  },
  {
    // What is logged goes through one place, which keeps personal data out of it.
    files: ['core/**/*.ts', 'adapters/**/*.ts', 'lambdas/**/*.ts'],
    ignores: ['lambdas/_runtime/log.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['lambdas/*/handler.ts'],
    rules: { 'max-lines': ['error', { max: 80, skipComments: true, skipBlankLines: true }] },
  },
);

const swc = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }];

/** @type {import('jest').Config} */
const shared = {
  transform: { '^.+\\.[jt]s$': swc },
  // The CEL package is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/)'],
  modulePathIgnorePatterns: ['/dist/', '/cdk.out', '/.plumbline/'],
};

module.exports = {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['/node_modules/', '/test/e2e/'] },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'], globalSetup: '<rootDir>/test/e2e/setup.ts' },
  ],
};

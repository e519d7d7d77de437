const { join } = require('node:path');

// Beside a stack that `npm start` keeps up, not in its way.
process.env.PLUMBLINE_HOME = join(__dirname, '.plumbline', 'test');
// The functions run on Node 24; whoever reads the tests need not read of the SDK's plans for older ones.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} End-to-end tests: one local stack for all of them, so one worker. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/e2e/setup.ts',
  globalTeardown: '<rootDir>/test/e2e/teardown.ts',
  testSequencer: '<rootDir>/test/e2e/sequencer.js',
  testTimeout: 120_000,
  maxWorkers: 1,
};

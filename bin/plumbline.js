#!/usr/bin/env node
// In a checkout the sources run as they are; a package holds them compiled.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, 'plumbline.ts');
if (existsSync(source)) require('tsx/cjs/api').require(source, __filename);
else require('../dist/bin/plumbline.js');

/**
 * Keeps what Node makes of the sources. Taking the types out at each start takes 25 MB of memory for good and half of the start's
 * time. No TypeScript, because it runs before that; beside the packages, because only who may change those may change this.
 */
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');

enableCompileCache(join(__dirname, '../node_modules/.cache/tattle'));

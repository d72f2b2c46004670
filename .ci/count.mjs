// The closing line of CI: tests of all reports, with each failed stage counted as one failure; exits 1 when any failed.
import { existsSync, readFileSync } from 'node:fs';

const [failedStages, ...files] = process.argv.slice(2);
let passed = 0;
let failed = Number(failedStages);
let skipped = 0;
for (const file of files) {
  if (!existsSync(file)) continue;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests;
}
if (skipped > 0) failed += 1; // nothing that belongs here may be skipped silently
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

// A reporter of the test runner for `test.mjs`: each file with what became of its tests, how many errors came outside of any test, and how
// many milliseconds each file took. Written as JSON to the file that POSTHORN_TEST_REPORT names.
import { writeFileSync } from 'node:fs'

export default class TestReport {
  onTestRunEnd(modules, errorsOutside) {
    const report = { files: modules.map(countFile), errorsOutside: errorsOutside.length }
    writeFileSync(process.env['POSTHORN_TEST_REPORT'], JSON.stringify(report))
  }
}

function countFile(module) {
  const states = [...module.children.allTests()].map((test) => test.result().state)
  const count = (...wanted) => states.filter((state) => wanted.includes(state)).length
  const failed = count('failed')
  return {
    name: module.moduleId,
    ms: Math.round(module.diagnostic().duration),
    passed: count('passed'),
    // A file that cannot be loaded, or was not run to its end, has no test that failed, yet it has failed.
    failed: ['passed', 'skipped'].includes(module.state()) ? failed : Math.max(failed, 1),
    skipped: count('skipped'),
  }
}

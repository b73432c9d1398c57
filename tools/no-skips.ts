import type { Reporter, TestModule } from 'vitest/node'

/**
 * Closes every test run with one countable line, and fails a run with CI=true in which anything was skipped: on a
 * developer's machine a missing database may skip a suite, in CI it must not.
 */
export class NoSkips implements Reporter {
  readonly #label: string

  /** `label` is one word; it stands before the counts. */
  constructor(label: string) {
    this.#label = label
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const skipped: string[] = []
    for (const module of modules) {
      const suites = [module, ...module.children.allSuites()]
      count.failed += suites.filter((suite) => suite.errors().length > 0).length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed' || state === 'failed') {
          count[state]++
        } else {
          count.skipped++
          skipped.push(`${module.relativeModuleId} > ${test.fullName} (${test.options.mode})`)
        }
      }
    }
    // After everything else has been printed, so that the line closes the run.
    process.once('exit', () => {
      if (process.env.CI === 'true' && skipped.length > 0) {
        process.exitCode = 1
        console.log(`Skipped although CI=true forbids it:\n  ${skipped.join('\n  ')}`)
      }
      console.log(`${this.#label}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
    })
  }
}

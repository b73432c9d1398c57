import { amount } from '@rota/testkit/amount'
import { expect, test } from 'vitest'
import { compare } from '../../oracle/compare.ts'

// The full comparison is `node packages/core/oracle/run.ts`; this is a draw small enough for every test run.
test('the brute-force oracle agrees on thousands of random zones, expressions and instants', () => {
  const seed = Number(process.env.ROTA_ORACLE_SEED ?? 20_260)
  const triples = amount({ short: 1_000, long: 3_000 })
  const outcome = compare({ triples, seed, perWindow: 60 })
  expect({ seed, disagreements: outcome.disagreements }).toEqual({ seed, disagreements: [] })
  expect(outcome.triples).toBe(triples)
  expect(outcome.occurrences).toBeGreaterThan((triples * 100) / 3)
}, 60_000)

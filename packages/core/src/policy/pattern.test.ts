import { describe, expect, it } from 'vitest'
import { isAllowedText, isDeniedText } from './pattern.ts'

describe('a text that is allowed', () => {
  it.each([
    ['true', 'true'],
    ['backup.sh *', 'backup.sh nightly-2026_01'],
    ['cp /data/*/in.csv /out/*', 'cp /data/a1/in.csv /out/b.csv'],
    ['echo "*"', 'echo "ok"'],
    ['restart *', 'restart größe'],
  ])('%s takes %s', (pattern, text) => expect(isAllowedText(pattern, text)).toBe(true))

  it.each([
    ['true', 'true '],
    ['git pull', 'git pull; rm -rf /'],
    ['git pull *', 'git pull origin; id'],
    ['git pull *', 'git pull --upload-pack=id'],
    ['git pull *', 'git pull $(id)'],
    ['git pull *', 'git pull `id`'],
    ['git pull *', 'git pull a b'],
    ['git pull *', 'git pull a\nid'],
    ['git pull *', 'git pull '],
    ['cat /data/*', 'cat /data/../etc/shadow'],
    ['cat /data/*', 'cat /data/..'],
    ['cat /data/*', 'cat /data/.hidden'],
    ['cat /data/*', "cat /data/'x'"],
    ['**', 'a'],
  ])('%s does not take %s', (pattern, text) => expect(isAllowedText(pattern, text)).toBe(false))
})

it('refuses a text that a pattern is found in wherever it stands', () => {
  expect(isDeniedText('*rm -rf /*', 'cd /tmp\nrm -rf / --no-preserve-root')).toBe(true)
  expect(isDeniedText('*curl*|*sh*', 'curl x | bash')).toBe(true)
  expect(isDeniedText('*curl*|*sh*', 'sh | curl x')).toBe(false)
  expect(isDeniedText('*', '')).toBe(true)
  expect(isDeniedText('a*a', 'a')).toBe(false)
})

it('takes time that grows with the sum of the lengths, whatever both are', () => {
  const text = 'a'.repeat(1_000_000)
  const pattern = `*${'a'.repeat(1_999)}b*${'a'.repeat(1_999)}*`
  // The product would be two thousand million steps.
  expect(isDeniedText(pattern, text)).toBe(false)
  expect(isDeniedText('*a'.repeat(2_000), text)).toBe(true)
  expect(isAllowedText('*a'.repeat(2_000), text)).toBe(false)
})

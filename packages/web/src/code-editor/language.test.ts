import { expect, test } from 'vitest'
import { scriptLanguage } from './language.ts'

test.each([
  ['/bin/bash', '', 'shell'],
  ['node --check', '', 'javascript'],
  [undefined, '#!/usr/bin/env python3\nprint(1)', 'python'],
  [undefined, '#!/usr/bin/perl -w\n', 'perl'],
  ['/usr/bin/env ruby', '', 'ruby'],
  ['ruby', '#!/bin/sh', 'ruby'],
  [undefined, 'echo', 'text'],
  ['awk -f', '', 'text'],
] as const)('the interpreter %s and the source %j are %s', (interpreter, source, language) => {
  expect(scriptLanguage(interpreter, source)).toBe(language)
})

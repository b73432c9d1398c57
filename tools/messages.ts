/** Every sentence made by `say` stands in the Chinese catalogue with the same gaps, and nothing else does. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ERROR_CATALOGUE } from '../packages/core/src/errors.ts'
import { CHINESE } from '../packages/core/src/language/zh/index.ts'

const ROOT = join(import.meta.dirname, '..')

/** The catalogue key of a template literal: its text with numbered gaps. */
function keyOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text
  return template.head.text + template.templateSpans.map((span, i) => `{${i}}${span.literal.text}`).join('')
}

function sentencesOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8')
  if (!text.includes('say`')) return []
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === 'say') found.push(keyOf(node.template))
    ts.forEachChild(node, visit)
  }
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  visit(file)
  return found
}

const gapsOf = (text: string) =>
  [...text.matchAll(/\{(\d)~?\}/g)]
    .map(([, gap]) => gap)
    .toSorted()
    .join(' ')

const said = new Map<string, string>()
for (const path of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: ROOT })) {
  if (path.endsWith('.test.ts')) continue
  for (const sentence of sentencesOf(path)) said.set(sentence, path)
}
for (const { title } of Object.values(ERROR_CATALOGUE)) said.set(title, 'packages/core/src/errors.ts')
const problems: string[] = []
for (const [sentence, path] of said) {
  const chinese = (CHINESE as Record<string, string>)[sentence]
  if (chinese === undefined) problems.push(`${path}: no Chinese for ${JSON.stringify(sentence)}`)
  else if (gapsOf(chinese) !== gapsOf(sentence))
    problems.push(`${path}: other gaps in the Chinese of ${JSON.stringify(sentence)}`)
}
for (const [sentence, path] of said) {
  if (/\}\{/.test(sentence))
    problems.push(`${path}: two gaps side by side cannot be told apart: ${JSON.stringify(sentence)}`)
}
for (const sentence of Object.keys(CHINESE)) {
  if (!said.has(sentence)) problems.push(`packages/core/src/language/zh: nobody says ${JSON.stringify(sentence)}`)
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

/**
 * Every sentence made by `say` stands in the Chinese catalogue with the same gaps, and nothing else does; every `label`
 * has its Chinese; and the command prints no text that is neither.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { ERROR_CATALOGUE } from '../packages/core/src/errors.ts'
import { CHINESE, CHINESE_LABELS } from '../packages/core/src/language/zh/index.ts'

const ROOT = join(import.meta.dirname, '..')

/** The catalogue key of a template literal: its text with numbered gaps. */
function keyOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text
  return template.head.text + template.templateSpans.map((span, i) => `{${i}}${span.literal.text}`).join('')
}

/** What the command says though it is none of its own sentences, and why. */
const NOT_SAID: ReadonlySet<string> = new Set([
  // Recognised by the words of usage mistakes, and said by them.
  'Allowed choices are {0}.',
  // Kept and compared, never shown.
  'no login',
  'Imported from {0}.',
  '{0}:user {1}',
  // Names.
  'task {0}',
  'Rota {0}',
  // The name of a token, the same for everybody who reads it.
  'rota login of {0} on {1}',
])
/** The command tree is said where it is shown (a test of the command walks it); the reference page is English. */
const COMMAND = /^packages\/cli\/src\/(?!tree\/|testing\/|completion\/(bash|fish|zsh)|reference\.ts|exit\.ts)/
/** Two words in a row, or a word beside a gap: a text for people, not a code. */
const PROSE = /[a-z]{2,} [a-z]{2,}|[A-Z][a-z]+ [a-z]|\} [a-z]{2,}|[a-z]{3,} \{/

interface Texts {
  sentences: string[]
  labels: string[]
  /** Texts for people that nobody says. */
  unsaid: string[]
}

function textsOf(path: string): Texts {
  const file = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true)
  const texts: Texts = { sentences: [], labels: [], unsaid: [] }
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === 'say') {
      texts.sentences.push(keyOf(node.template))
      if (ts.isTemplateExpression(node.template)) for (const span of node.template.templateSpans) visit(span.expression)
      return
    }
    if (ts.isCallExpression(node) && node.expression.getText(file) === 'label') {
      for (const given of node.arguments) if (ts.isStringLiteralLike(given)) texts.labels.push(given.text)
    }
    if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) texts.unsaid.push(node.text)
    if (ts.isTemplateExpression(node)) texts.unsaid.push(keyOf(node))
    ts.forEachChild(node, visit)
  }
  visit(file)
  texts.unsaid = COMMAND.test(path) ? texts.unsaid.filter(isUnsaid) : []
  return texts
}

function isUnsaid(text: string): boolean {
  return PROSE.test(text) && !/^\s*rota /.test(text) && !NOT_SAID.has(text) && !Object.hasOwn(CHINESE_LABELS, text)
}

const gapsOf = (text: string) =>
  [...text.matchAll(/\{(\d)~?\}/g)]
    .map(([, gap]) => gap)
    .toSorted()
    .join(' ')

const said = new Map<string, string>()
const problems: string[] = []
for (const path of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: ROOT })) {
  if (path.endsWith('.test.ts') || path.endsWith('.test.tsx')) continue
  const { sentences, labels, unsaid } = textsOf(path)
  for (const sentence of sentences) said.set(sentence, path)
  for (const text of unsaid) problems.push(`${path}: neither say nor label makes ${JSON.stringify(text)}`)
  if (!path.startsWith('packages/cli/')) continue
  for (const text of labels) {
    if (!Object.hasOwn(CHINESE_LABELS, text)) problems.push(`${path}: no Chinese for the label ${JSON.stringify(text)}`)
  }
}
for (const { title } of Object.values(ERROR_CATALOGUE)) said.set(title, 'packages/core/src/errors.ts')
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

import { cpSync, globSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { readManifest } from './manifest.ts'

/**
 * Compiles the packages `names` into `folder`, each in a folder of its own that is laid out as its sources: JavaScript
 * with declarations, and beside it what modules read from beside themselves. Tests and what only they use stay out.
 *
 * Throws with what the compiler says when the sources have mistakes.
 */
export function compilePackages(root: string, names: readonly string[], folder: string): void {
  const packages = join(root, 'packages')
  const program = ts.createProgram({ rootNames: entriesOf(root, names), options: optionsOf(root, folder) })
  const { diagnostics } = program.emit()
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics]
  if (problems.length > 0) {
    const host = {
      getCurrentDirectory: () => root,
      getCanonicalFileName: (path: string) => path,
      getNewLine: () => '\n',
    }
    throw new Error(ts.formatDiagnostics(problems, host))
  }
  for (const path of globSync(`{${names.join(',')}}/src/**/*.{sql,lua}`, { cwd: packages })) {
    cpSync(join(packages, path), join(folder, path))
  }
}

/** What others import, and what runs in threads and is found by its name. */
function entriesOf(root: string, names: readonly string[]): string[] {
  const packages = join(root, 'packages')
  const imported = names.flatMap((name) =>
    Object.values(readManifest(root, name).exports ?? {}).map((file) => join(packages, name, file)),
  )
  const threads = globSync(`{${names.join(',')}}/src/**/*-{thread,worker}.ts`, { cwd: packages })
  return [...imported, ...threads.map((path) => join(packages, path))]
}

function optionsOf(root: string, folder: string): ts.CompilerOptions {
  const file = join(root, 'tsconfig.json')
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, root)
  return {
    ...options,
    noEmit: false,
    allowJs: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    // What the oldest Node that the packages name in `engines` can read.
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'],
    rootDir: join(root, 'packages'),
    outDir: folder,
  }
}

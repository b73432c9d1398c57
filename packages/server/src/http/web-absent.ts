import { existsSync } from 'node:fs'

/** Beside the folder that a build was to appear in, when it failed. */
const FAILURE_SUFFIX = '.failed'
const RELOAD_SECONDS = 2

/** A page that stands for the interface while there is none. */
export interface AbsentPage {
  html: string
  /** It reloads by itself. */
  isComing: boolean
}

/** What to show instead of an interface that is not there: is it on its way, did its build fail, or was there none? */
export function absentPage(folder: string, isExpected: boolean): AbsentPage {
  if (isExpected && !existsSync(folder + FAILURE_SUFFIX)) {
    const en = 'The web interface is being built. This page reloads by itself.'
    return { html: page(en, '网页界面正在构建，完成后本页会自动刷新。', RELOAD_SECONDS), isComing: true }
  }
  const [en, zh] = isExpected
    ? [
        'The web interface could not be built; the output of the server says why.',
        '网页界面构建失败，原因见服务器的输出。',
      ]
    : [
        'The web interface is not built. Start the server with npm start.',
        '网页界面尚未构建，请用 npm start 启动服务器。',
      ]
  return { html: page(en!, zh!), isComing: false }
}

function page(en: string, zh: string, reloadSeconds?: number): string {
  const reload = reloadSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${reloadSeconds}">`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${reload}
<title>Rota</title>
<style>
  body { font: 15px/1.6 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 20vh auto; max-width: 34em; padding: 0 16px }
  h1 { font-size: 20px }
</style>
<main>
<h1>Rota</h1>
<p>${en}</p>
<p lang="zh">${zh}</p>
<p><a href="/docs">API</a></p>
</main>
</html>
`
}

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createExecutors } from './executors.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'

describe('a reply in another encoding', () => {
  const GBK = Buffer.from('c4e3bac3', 'hex')

  test.each([
    ['text/plain; charset=GBK', null, '你好'],
    ['text/plain; Charset="gb2312"', null, '你好'],
    ['text/plain', 'gbk', '你好'],
    ['text/plain; charset=latin1', 'gbk', '你好'],
    ['text/plain; charset=nonsense', null, GBK.toString()],
    ['application/json;charset=gbk', null, '"你好"'],
  ])('%j, encoding %j', async (type, encoding, text) => {
    const isJson = type.startsWith('application')
    const body = isJson ? Buffer.concat([Buffer.from('"'), GBK, Buffer.from('"')]) : GBK
    const server = createServer((_, response) => response.setHeader('content-type', type).end(body))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const sink = new RecordingSink()
    const http = createExecutors({ http: { allow: ['127.0.0.1'] } }).get('http')!
    const request = attempt({ http: { url: `http://127.0.0.1:${port}/` } }, { encoding })
    const { result, outputTail } = await http.start(request, sink).done
    server.close()
    expect(sink.texts('stdout')).toEqual([text])
    expect(outputTail).toBe(`${text}\n`)
    expect((result as { body: string }).body).toBe(isJson ? '你好' : text)
  })
})

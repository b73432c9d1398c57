import { type FieldError, type Json, say, type Timer, withoutTrailing } from '@rota/core'
import type { Executor, Run, RunOutcome, RunRequest, RunSink } from './executor.ts'
import { failedAssertions } from './http-assertions.ts'
import { decodeBody } from './http-charset.ts'
import { isExpectedStatus } from './http-expected-status.ts'
import { ForbiddenTargetError, type HopResponse } from './http-hop.ts'
import { checkHttpPayload, type HttpPayload } from './http-payload.ts'
import { RedirectError, sendRequest } from './http-request.ts'
import { parseResult } from './json-result.ts'
import { type Masker, maskerOf } from './masking/masker.ts'
import type { CompiledOptions } from './options.ts'
import { cancelled, failed, succeeded } from './outcome.ts'
import { Output } from './output.ts'
import { settingsWithoutParams, settingsWithoutProgram, type WrittenSettings } from './written-settings.ts'

/**
 * Sends `{ http: {…} }`. Success is an expected status and every assertion met; the result tells status, headers, body.
 * The attempt's timeout is a deadline for everything: resolving, redirects, the last byte of the body.
 */
export class HttpExecutor implements Executor {
  readonly type = 'http'
  readonly #options: CompiledOptions

  constructor(options: CompiledOptions) {
    this.#options = options
  }

  checkSettings(settings: WrittenSettings): FieldError[] {
    return [...settingsWithoutProgram('http', settings), ...settingsWithoutParams('http', settings)]
  }

  async validate(payload: Record<string, Json>): Promise<FieldError[]> {
    return checkHttpPayload(payload, this.#options.maxCommandBytes)
  }

  start(request: RunRequest, sink: RunSink): Run {
    return new HttpRun(request, sink, this.#options)
  }
}

class HttpRun implements Run {
  readonly done: Promise<RunOutcome>
  readonly #request: RunRequest
  readonly #options: CompiledOptions
  readonly #output: Output
  readonly #masker: Masker | null
  readonly #abort = new AbortController()
  readonly #timer: Timer | null
  #stop: RunOutcome | null = null

  constructor(request: RunRequest, sink: RunSink, options: CompiledOptions) {
    this.#request = request
    this.#options = options
    const { clock, maxResultBytes } = options
    const { maxLogBytes, secrets } = request
    this.#output = new Output({ clock, sink, maxLogBytes, maxResultBytes, secrets })
    this.#masker = maskerOf(secrets)
    this.#timer = this.#deadline(request.timeoutMs)
    this.done = this.#run()
  }

  #deadline(timeoutMs: number | null): Timer | null {
    if (timeoutMs === null) return null
    return this.#options.clock.after(timeoutMs, () => {
      this.#requestStop(failed('timeout', say`No complete response within ${timeoutMs / 1000} s.`))
    })
  }

  cancel(reason: string): void {
    this.#requestStop(cancelled(reason))
  }

  #requestStop(outcome: RunOutcome): void {
    this.#stop ??= outcome
    this.#abort.abort(new Error(outcome.error ?? 'Stopped.'))
  }

  async #run(): Promise<RunOutcome> {
    const outcome = await this.#attempt().catch((error: unknown) => this.#stop ?? failed('error', describe(error)))
    this.#timer?.cancel()
    await this.#output.finish()
    return { ...outcome, outputTail: this.#output.tail, droppedLogBytes: this.#output.droppedBytes }
  }

  async #attempt(): Promise<RunOutcome> {
    const { clock, http, maxResultBytes } = this.#options
    const startedAt = clock.monotonic()
    const { url, response } = await sendRequest(this.#request, this.#abort.signal, http, (hop, { status, body }) => {
      const tookMs = Math.round(clock.monotonic() - startedAt)
      // Without the query: it is where secrets end up.
      const target = `${hop.url.origin}${hop.url.pathname}`
      this.#output.system(`${hop.method} ${target} → ${status}, ${body.length} bytes, ${tookMs} ms`)
    })
    const text = decodeBody(response, this.#request.encoding ?? null)
    if (text !== '') this.#output.write('stdout', Buffer.from(text))
    if (response.isTruncated)
      this.#output.system(say`The body was read to ${http.maxBodyBytes} bytes; the rest was not.`)
    // Before it is cut: half a secret is not recognised any more.
    const result = describeResponse(url, response, this.#masked(text), maxResultBytes)
    return this.#judge(response, text, result)
  }

  #masked(text: string): string {
    return this.#masker === null ? text : this.#masker.text(text)
  }

  #judge(response: HopResponse, body: string, result: Json): RunOutcome {
    const payload = this.#request.payload.http as unknown as HttpPayload
    const problems: string[] = []
    if (!isExpectedStatus(response.status, payload.expect_status)) {
      problems.push(say`the status is ${response.status}, not ${JSON.stringify(payload.expect_status ?? '2xx')}`)
    }
    const header = (name: string) => {
      const value = response.headers[name.toLowerCase()]
      return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value
    }
    problems.push(...failedAssertions(payload.assert, { body, header, masked: (text) => this.#masked(text) }))
    if (problems.length === 0) return succeeded(result)
    return failed(
      'assertion',
      say`The response is not as expected: ${problems.reduce((some, next) => say`${some}; ${next}`)}.`,
      { result },
    )
  }
}

/** Says in one sentence why a request got no response. */
function describe(error: unknown): string {
  if (error instanceof ForbiddenTargetError) return say`The request was refused. ${error.message}`
  if (error instanceof RedirectError) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  const why = withoutTrailing(message, '.')
  if (why === '') return code ? say`The request failed (${code}).` : say`The request failed for an unknown reason.`
  return code && !why.includes(code) ? say`The request failed: ${why} (${code}).` : say`The request failed: ${why}.`
}

/** The part of a response that becomes the execution's result; the body is cut until all of it fits. */
function describeResponse(url: URL, response: HopResponse, body: string, maxBytes: number): Json {
  // A cookie is a credential.
  const { 'set-cookie': _, ...headers } = response.headers
  const text = body.replaceAll('\0', '\ufffd')
  const isJson = /[/+]json\b/i.test(String(headers['content-type'] ?? ''))
  const parsed = isJson && !response.isTruncated ? parseResult(text, maxBytes) : null
  const base = { status: response.status, url: `${url.origin}${url.pathname}`, headers: headers as Json }
  const sizeOf = (value: Json) => Buffer.byteLength(JSON.stringify(value))
  const whole = { ...base, body: parsed && 'value' in parsed ? parsed.value : text, truncated: response.isTruncated }
  if (sizeOf(whole) <= maxBytes) return whole
  if (sizeOf(base) > maxBytes / 2) return { status: response.status, url: base.url, truncated: true }
  // JSON needs at most six bytes for a character.
  const room = Math.floor((maxBytes - sizeOf(base) - 64) / 6)
  return { ...base, body: text.slice(0, room).toWellFormed(), truncated: true }
}

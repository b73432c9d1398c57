import { Select, Stack, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { valueAt } from '../../subjects/task/task-document.ts'
import { useEditor } from './editor-context.ts'
import { TextField } from './field-controls.tsx'
import { JsonField } from './json-field.tsx'
import { MapField } from './map-field.tsx'
import classes from './task-editor.module.css'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A request, how it signs in, and what its answer must be. */
export function HttpFields() {
  const { t } = useTranslation()
  const { document, set } = useEditor()
  const method = (document.http?.method ?? 'GET').toUpperCase()
  const body = document.http?.body
  return (
    <>
      <div className={classes.request}>
        <Select
          label={t('editor.method')}
          allowDeselect={false}
          data={METHODS}
          value={method}
          onChange={(next) => set('http.method', next === 'GET' ? undefined : next)}
        />
        <TextField path="http.url" label={t('editor.url')} placeholder="https://example.com/health" isCode isRequired />
      </div>
      {WITH_BODY.has(method) &&
        (typeof body === 'string' || body === undefined ? (
          <div>
            <div className={classes.label}>{t('editor.body')}</div>
            <CodeEditor
              value={body ?? ''}
              onChange={(text) => set('http.body', text)}
              language="json"
              label={t('editor.body')}
              leastLines={3}
            />
          </div>
        ) : (
          // Written as a mapping; shown as what it is.
          <JsonField path="http.body" label={t('editor.body')} description="" />
        ))}
      <Auth />
      <MapField path="http.headers" label={t('editor.headers')} addLabel={t('editor.addHeader')} />
      <MapField path="http.query" label={t('editor.query')} addLabel={t('editor.addQuery')} />
      <div className={classes.grid}>
        <ExpectedStatus />
        <Stack gap="sm" mt={22}>
          <HttpSwitch path="http.follow_redirects" label={t('editor.followRedirects')} />
          <HttpSwitch path="http.tls.verify" label={t('editor.verifyTls')} />
        </Stack>
      </div>
      <JsonField path="http.assert" label={t('editor.assertions')} description={t('editor.assertionsHint')} />
    </>
  )
}

const AUTHS = ['none', 'basic', 'bearer', 'header'] as const
const BLANK_AUTH = {
  basic: { type: 'basic', username: '', password: '' },
  bearer: { type: 'bearer', token: '' },
  header: { type: 'header', name: '', value: '' },
}

function Auth() {
  const { t } = useTranslation()
  const { document, set } = useEditor()
  const type = document.http?.auth?.type
  return (
    <div className={classes.grid}>
      <Select
        label={t('editor.auth')}
        allowDeselect={false}
        data={AUTHS.map((value) => ({ value, label: t(`editor.auths.${value}`) }))}
        value={type ?? 'none'}
        onChange={(next) => set('http.auth', BLANK_AUTH[next as keyof typeof BLANK_AUTH])}
      />
      {type === 'basic' && (
        <>
          <AuthText path="http.auth.username" label={t('editor.username')} />
          <AuthText path="http.auth.password" label={t('editor.password')} isSecret />
        </>
      )}
      {type === 'bearer' && <AuthText path="http.auth.token" label={t('editor.token')} isSecret />}
      {type === 'header' && (
        <>
          <AuthText path="http.auth.name" label={t('editor.headerName')} />
          <AuthText path="http.auth.value" label={t('editor.headerValue')} isSecret />
        </>
      )}
    </div>
  )
}

function AuthText({ path, label, isSecret }: { path: string; label: string; isSecret?: boolean }) {
  return <TextField path={path} label={label} isCode type={isSecret ? 'password' : 'text'} />
}

function HttpSwitch({ path, label }: { path: string; label: string }) {
  const { document, set } = useEditor()
  return (
    <Switch
      label={label}
      checked={valueAt(document, path) !== false}
      onChange={(event) => set(path, event.currentTarget.checked ? undefined : false)}
    />
  )
}

/** One text in the form; in a document also a number or a list. */
function ExpectedStatus() {
  const { t } = useTranslation()
  const { document } = useEditor()
  const value = document.http?.expect_status
  if (Array.isArray(value) || typeof value === 'number') {
    return (
      <JsonField
        path="http.expect_status"
        label={t('editor.expectStatus')}
        description={t('editor.expectStatusHint')}
      />
    )
  }
  return (
    <TextField
      path="http.expect_status"
      label={t('editor.expectStatus')}
      description={t('editor.expectStatusHint')}
      placeholder="2xx"
      isCode
    />
  )
}

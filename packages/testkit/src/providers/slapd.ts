import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'ldapts'
import { freePort } from '../cluster/server-process.ts'
import { eventually } from '../cluster/wait.ts'

const SLAPD = '/usr/sbin/slapd'
const BASE = 'dc=example,dc=org'
const ROOT = { dn: `cn=root,${BASE}`, password: 'of the root of the directory' }
const WITHIN_MS = 20_000
export const PEOPLE_PASSWORD = 'green canvas umbrella'

/** A real OpenLDAP server with people and groups, which a test may change, end and begin again. */
export interface OwnDirectory {
  readonly url: string
  /** The same server, by TLS from the first byte. */
  readonly secureUrl: string
  /** The certificate that it shows, which has signed itself. */
  readonly caFile: string
  readonly base: string
  readonly root: typeof ROOT
  /** As root. */
  change<T>(work: (client: Client) => Promise<T>): Promise<T>
  addPerson(uid: string, cn?: string): Promise<string>
  setGroup(cn: string, memberDns: readonly string[]): Promise<void>
  begin(): Promise<void>
  end(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

/** Throws where there is no slapd: install the Debian package of that name. */
export async function startSlapd(): Promise<OwnDirectory> {
  if (!existsSync(SLAPD)) throw new Error(`There is no ${SLAPD}: apt-get install slapd`)
  const folder = mkdtempSync(join(tmpdir(), 'rota-slapd-'))
  const [port, securePort] = [await freePort(), await freePort()]
  const url = `ldap://127.0.0.1:${port}`
  const secureUrl = `ldaps://127.0.0.1:${securePort}`
  let child: ChildProcess | null = null
  writeConfiguration(folder)

  async function change<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url, timeout: WITHIN_MS })
    try {
      await client.bind(ROOT.dn, ROOT.password)
      return await work(client)
    } finally {
      await client.unbind()
    }
  }

  async function begin() {
    child = spawn(SLAPD, ['-f', join(folder, 'slapd.conf'), '-h', `${url} ${secureUrl}`, '-d', '0'], {
      stdio: 'ignore',
    })
    await once(child, 'spawn')
    const isThere = () => change(async () => true).catch(() => false)
    await eventually('answer of slapd', WITHIN_MS, isThere)
  }

  async function end() {
    if (child === null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    child = null
  }

  await begin()
  await change(async (client) => {
    await client.add(BASE, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' })
    for (const ou of ['people', 'groups'])
      await client.add(`ou=${ou},${BASE}`, { objectClass: 'organizationalUnit', ou })
  })
  return {
    ...{ url, secureUrl, base: BASE, root: ROOT, caFile: join(folder, 'server.pem'), change, begin, end },
    async addPerson(uid, cn = uid) {
      const dn = `uid=${uid},ou=people,${BASE}`
      const entry = { objectClass: 'inetOrgPerson', uid, cn, sn: cn, userPassword: PEOPLE_PASSWORD }
      await change((client) => client.add(dn, entry))
      return dn
    },
    async setGroup(cn, memberDns) {
      const dn = `cn=${cn},ou=groups,${BASE}`
      await change(async (client) => {
        await client.del(dn).catch(() => undefined)
        if (memberDns.length > 0) await client.add(dn, { objectClass: 'groupOfNames', cn, member: [...memberDns] })
      })
    },
    async stop() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function writeConfiguration(folder: string): void {
  mkdirSync(join(folder, 'data'))
  const [certificate, key] = ['server.pem', 'server.key'].map((name) => join(folder, name)) as [string, string]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  })
  const lines = [
    ...['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`),
    ...['modulepath /usr/lib/ldap', 'moduleload back_mdb', 'moduleload memberof'],
    ...[`TLSCertificateFile ${certificate}`, `TLSCertificateKeyFile ${key}`, `pidfile ${join(folder, 'pid')}`],
    ...['database mdb', `suffix "${BASE}"`, `rootdn "${ROOT.dn}"`, `rootpw "${ROOT.password}"`],
    ...[`directory ${join(folder, 'data')}`, 'overlay memberof'],
    ...['access to attrs=userPassword by anonymous auth by * none', 'access to * by anonymous auth by users read'],
  ]
  writeFileSync(join(folder, 'slapd.conf'), `${lines.join('\n')}\n`, { mode: 0o600 })
}

import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { RotaError, say } from '@rota/core'
import type { LdapConfig } from '@rota/protocol'
import { Client, type Entry, InvalidCredentialsError, NoSuchObjectError, ResultCodeError } from 'ldapts'
import type { ExternalProfile } from './external-accounts.ts'
import { filledFilter } from './ldap-filter.ts'

/** Of one person. */
const MOST_GROUPS = 1_000
const LDAP_SOURCE = 'ldap'

/**
 * A directory (LDAP, RFC 4511) that people sign in with: their entry is looked for, and bound to with their password. Its
 * connections last for one sign-in.
 */
export class LdapDirectory {
  readonly #settings: LdapConfig & { url: string }

  constructor(settings: LdapConfig & { url: string }) {
    this.#settings = settings
  }

  /**
   * Who somebody is; null for an unknown name, one that means several, and a wrong password. Throws `unavailable` when
   * the directory cannot be asked or does not answer as it is configured.
   */
  async signIn(username: string, password: string): Promise<ExternalProfile | null> {
    // A bind without a password is anonymous, and succeeds (RFC 4513, section 5.1.2).
    if (password === '') return null
    return this.#connected(async (searcher) => {
      await this.#bindSearcher(searcher)
      const entry = await this.#find(searcher, username)
      if (entry === null || !(await this.#isRight(entry.dn, password))) return null
      return this.#profileOf(searcher, entry, username)
    })
  }

  async #connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { url, timeout_seconds: seconds, start_tls: startsTls } = this.#settings
    const tlsOptions = this.#tlsOptions()
    const timeout = seconds * 1_000
    // With options for TLS the library begins with it, whatever the address says.
    const first = url.startsWith('ldaps:') ? { tlsOptions } : {}
    const client = new Client({ url, timeout, connectTimeout: timeout, strictDN: false, ...first })
    try {
      if (startsTls) await client.startTLS(tlsOptions)
      return await work(client)
    } catch (error) {
      throw RotaError.is(error) ? error : directoryTrouble(error, url)
    } finally {
      await client.unbind().catch(() => undefined)
    }
  }

  #tlsOptions(): ConnectionOptions {
    const { url, ca_file: file } = this.#settings
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
    // Names alone may be told to a server whose certificate is wanted (RFC 6066, section 3).
    const named = isIP(host) === 0 ? { host, servername: host } : { host }
    if (file === null) return named
    try {
      return { ...named, ca: readFileSync(file) }
    } catch {
      throw new RotaError('unavailable', say`The certificates of the directory cannot be read: ${file}.`)
    }
  }

  async #bindSearcher(client: Client): Promise<void> {
    const { bind_dn: dn, bind_password: password } = this.#settings
    if (dn === null) return
    try {
      await client.bind(dn, password ?? '')
    } catch (error) {
      if (!(error instanceof InvalidCredentialsError)) throw error
      throw new RotaError('unavailable', say`The directory refuses auth.ldap.bind_dn; correct it or its password.`)
    }
  }

  async #find(client: Client, username: string): Promise<Entry | null> {
    const { user_base: base, user_filter: template, timeout_seconds: seconds } = this.#settings
    const { id_attribute: id, username_attribute, name_attribute } = this.#settings
    const { searchEntries } = await client.search(base, {
      scope: 'sub',
      filter: filledFilter(template, { username }),
      attributes: [id, username_attribute, name_attribute, 'memberOf'],
      explicitBufferAttributes: [id],
      timeLimit: Math.ceil(seconds),
    })
    return searchEntries.length === 1 ? searchEntries[0]! : null
  }

  /** On a connection of its own: that of the searcher stays the searcher's. */
  #isRight(dn: string, password: string): Promise<boolean> {
    return this.#connected(async (client) => {
      try {
        await client.bind(dn, password)
        return true
      } catch (error) {
        // Locked, expired and the like are the directory's to explain.
        if (error instanceof ResultCodeError) return false
        throw error
      }
    })
  }

  async #profileOf(client: Client, entry: Entry, username: string): Promise<ExternalProfile> {
    const { id_attribute: id, username_attribute, name_attribute } = this.#settings
    const subject = identifierOf(entry[id], id)
    if (subject === null) {
      throw new RotaError('unavailable', say`The directory shows no ${id}; let auth.ldap.bind_dn read it.`)
    }
    return {
      source: LDAP_SOURCE,
      // The directory may move to another address; its identifiers are unique by themselves.
      issuer: LDAP_SOURCE,
      subject,
      username: textsOf(entry[username_attribute])[0] ?? username,
      displayName: textsOf(entry[name_attribute])[0]?.slice(0, 200) ?? null,
      groups: await this.#groupsOf(client, entry, username),
    }
  }

  async #groupsOf(client: Client, entry: Entry, username: string): Promise<string[]> {
    const { group_base: base, group_filter: template, group_attribute: attribute, roles } = this.#settings
    // What an earlier configuration gave goes, too.
    if (roles.length === 0) return []
    if (base === null || base === '') return namesOf(textsOf(entry.memberOf))
    const { searchEntries } = await client.search(base, {
      scope: 'sub',
      filter: filledFilter(template, { dn: entry.dn, username }),
      attributes: [attribute],
      paged: { pageSize: 500 },
    })
    const found = searchEntries.slice(0, MOST_GROUPS)
    return found.flatMap((group) => [group.dn, ...textsOf(group[attribute])])
  }
}

type Value = Entry[string] | undefined

function textsOf(value: Value): string[] {
  return [value ?? []].flat().map((each) => (typeof each === 'string' ? each : each.toString('utf8')))
}

/** As text; the identifiers of Active Directory are bytes. */
function identifierOf(value: Value, attribute: string): string | null {
  const [first] = [value ?? []].flat()
  if (first === undefined || first.length === 0) return null
  if (typeof first === 'string') return first
  return /guid$/i.test(attribute) ? first.toString('hex') : first.toString('utf8')
}

/** Groups are named by their DN, or by the first part of it. */
function namesOf(dns: readonly string[]): string[] {
  return dns.slice(0, MOST_GROUPS).flatMap((dn) => {
    const [, name] = /^[A-Za-z0-9.-]+=([^,+\\]+)/.exec(dn) ?? []
    return name === undefined ? [dn] : [dn, name.trim()]
  })
}

function directoryTrouble(error: unknown, url: string): RotaError {
  if (error instanceof NoSuchObjectError) {
    return new RotaError(
      'unavailable',
      say`The directory knows no such base; correct auth.ldap.user_base or group_base.`,
    )
  }
  const { code = '', message = '', name } = error as NodeJS.ErrnoException
  const isCertificate = /CERT|SIGNATURE|ALTNAME|SELF_SIGNED|ISSUER/.test(String(code)) || /certificate/i.test(message)
  if (isCertificate) {
    return new RotaError(
      'unavailable',
      say`The certificate of the directory ${url} is not trusted; see auth.ldap.ca_file.`,
    )
  }
  const reason = typeof code === 'string' && code !== '' ? code : name
  return new RotaError(
    'unavailable',
    say`The directory ${url} cannot be asked (${reason}); other ways to sign in go on.`,
  )
}

import { describe, expect, test } from 'vitest'
import { dangerOf, readerOf } from './dangerous-variable.ts'
import { INTERPRETER_VARIABLES } from './interpreter-variables.ts'

/** Each was seen to run code, or to turn a program elsewhere, in a task that names none of them. */
const SEEN = `BASH_ENV ENV PYTHONWARNINGS BROWSER PYTHONSTARTUP PYTHONPATH PYTHONHOME PYTHONINSPECT PERL5OPT PERL5LIB
  PERL5DB LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES NODE_OPTIONS NODE_PATH PATH IFS GIT_SSH_COMMAND
  GIT_CONFIG_COUNT GIT_EXTERNAL_DIFF GIT_PAGER BASH_FUNC_ls%% npm_config_script_shell NPM_CONFIG_SCRIPT_SHELL RUBYOPT
  RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH MALLOC_CHECK_ GLIBC_TUNABLES GCONV_PATH LOCPATH
  NLSPATH HOSTALIASES RESOLV_HOST_CONF TERMINFO TERMINFO_DIRS TMPDIR HOME SHELL PS4 PROMPT_COMMAND SHELLOPTS BASHOPTS
  CDPATH GLOBIGNORE EDITOR VISUAL PAGER LESSOPEN MANPAGER SSH_ASKPASS SSH_AUTH_SOCK http_proxy HTTPS_PROXY no_proxy
  ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR CURL_HOME OPENSSL_CONF OPENSSL_MODULES PHPRC PHP_INI_SCAN_DIR LUA_INIT LUA_PATH
  LUA_CPATH_5_4 R_PROFILE R_PROFILE_USER TCLLIBPATH ZDOTDIR FPATH KRB5_CONFIG XDG_CONFIG_HOME MAKEFLAGS GOFLAGS
  CARGO_BUILD_RUSTC RUSTC_WRAPPER DOTNET_STARTUP_HOOKS COR_PROFILER CORECLR_PROFILER ERL_FLAGS ELIXIR_ERL_OPTIONS
  DENO_DIR BUN_INSTALL TAR_OPTIONS RSYNC_RSH PSQLRC KUBECONFIG AWS_CONFIG_FILE ANSIBLE_CONFIG OMP_TOOL_LIBRARIES
  MPLBACKEND POSIXLY_CORRECT AWKPATH CC CFLAGS`.split(/\s+/)

describe('variables that interpreters and loaders read', () => {
  test('are known by name, beginning or end', () => {
    expect(SEEN.filter((name) => readerOf(name) === null)).toEqual([])
  })

  test('are told from names that programs of one’s own read', () => {
    const own = `DAY REPORT_DATE CUSTOMER_ID MODE DRY_RUN API_URL REGION STAGE path env home Shell bash_env ld_preload
      USER LIMIT DATABASE_URL LANG LC_ALL TZ TERM PORT DEBUG VERBOSE MY_PATH APP_HOME S3_BUCKET PGDATABASE`.split(/\s+/)
    expect(own.filter((name) => readerOf(name) !== null)).toEqual([])
  })

  test('are compared as the system does, but for those that are read in any case', () => {
    expect(readerOf('path')).toBeNull()
    for (const name of ['http_proxy', 'HTTP_PROXY', 'Ftp_Proxy', 'NPM_config_node_options']) {
      expect(readerOf(name), name).not.toBeNull()
    }
  })

  test('of a locale, terminal or zone take a name, but no file', () => {
    expect(dangerOf('TZ', 'Europe/Berlin')).toBeNull()
    expect(dangerOf('LANG', 'de_DE.UTF-8')).toBeNull()
    for (const value of ['/tmp/x', ':/tmp/x', '../../tmp/x', '%n', 'a'.repeat(101)]) {
      expect(dangerOf('TZ', value), value).toContain('not a file')
      expect(dangerOf('LC_ALL', value), value).toContain('not a file')
    }
  })
})

test('every family names its program and source once, and no entry twice', () => {
  const entries = INTERPRETER_VARIABLES.flatMap(({ names = [], prefixes = [], suffixes = [] }) => [
    ...names,
    ...[...prefixes, ...suffixes].map((text) => `${text}*`),
  ])
  expect(entries.filter((entry, i) => entries.indexOf(entry) !== i)).toEqual([])
  const programs = INTERPRETER_VARIABLES.map(({ program }) => program)
  expect(new Set(programs).size).toBe(programs.length)
  for (const { program, source } of INTERPRETER_VARIABLES) expect(source.length, program).toBeGreaterThan(5)
})

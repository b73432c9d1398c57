/**
 * What every reply forbids a browser to do with it. Pages of the interface and of the documentation say their own content
 * policy in its place. No Strict-Transport-Security: TLS ends at a proxy, which knows whether to promise it for later.
 *
 * Fixed texts: a reply that costs 40 µs must not put them together anew.
 */
export const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self';script-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const

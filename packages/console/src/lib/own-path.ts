/** Where to go after signing in: a path of these pages, whatever the address says. Another host, a script or a sign-in page leads home. */
export function ownPath(next: string | undefined): string {
  const home = '/'
  if (next === undefined || !next.startsWith('/')) return home
  const base = 'http://own.invalid'
  const url = URL.parse(next, base)
  // Browsers read `//host` and `/\host` as another host.
  if (url === null || url.origin !== base || /^\/[/\\]/.test(next)) return home
  const path = `${url.pathname}${url.search}${url.hash}`
  return /^\/(sign-in|welcome)\b/.test(path) || path.startsWith('//') ? home : path
}

const KEY = 'posthorn.application'

export function rememberApplication(uid: string): void {
  try {
    localStorage.setItem(KEY, uid)
  } catch {
    // Storage can be forbidden; `/` then leads to the first application.
  }
}

/** Where `/` leads, and whose frame the organisation's pages have. */
export function lastApplication(): string {
  try {
    return localStorage.getItem(KEY) ?? 'default'
  } catch {
    return 'default'
  }
}

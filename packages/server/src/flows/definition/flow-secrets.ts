import { derive } from '#coordination'
import { belonging } from '#domain'
import type { Vault } from '#platform'
import type { ApplicationSnapshot } from '#store'

/** The application's secrets, as its runs read them. */
export interface FlowSecrets {
  readonly open: Readonly<Record<string, string>>
  /** Names of those that are there and cannot be opened: a run that reads one waits. */
  readonly closed: ReadonlySet<string>
}

/** Opened once for each version of an application's configuration; while one cannot be opened, at each look. */
export function createFlowSecrets(vault: Vault): (snapshot: ApplicationSnapshot) => FlowSecrets {
  const known = derive((): { secrets?: FlowSecrets } => ({}))
  return (snapshot) => {
    const kept = known(snapshot)
    if (kept.secrets !== undefined) return kept.secrets
    const open = Object.create(null) as Record<string, string>
    const closed = new Set<string>()
    for (const { application_id, name, sealed } of snapshot.secrets) {
      const opened = vault.openText(sealed, belonging.secret(application_id, name))
      if (opened.ok) open[name] = opened.plain
      else closed.add(name)
    }
    const secrets = { open, closed }
    if (closed.size === 0) kept.secrets = secrets
    return secrets
  }
}

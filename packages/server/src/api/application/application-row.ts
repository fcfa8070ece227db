import type { ApplicationOut, applicationPatch } from '@posthorn/contract'
import type { z } from 'zod'
import type { StoredApplication, Versions } from '#store'

/** As it is read: the store keeps its version. */
export type ApplicationRow = Omit<StoredApplication, Versions> & { readonly version: number }

/** What endpoints get that say nothing of their own. Absent: as the plan says. */
interface Settings {
  readonly defaultSigning?: ApplicationOut['defaultSigning']
  readonly defaultRetryPolicy?: ApplicationOut['defaultRetryPolicy']
}

type Defaults = Pick<z.output<typeof applicationPatch>, 'defaultSigning' | 'defaultRetryPolicy'>

/** The column `settings` after a change: null goes back to the plan's, and what is not named stays. */
export function settingsAfter(before: string, { defaultSigning, defaultRetryPolicy }: Defaults): string {
  const settings: Record<string, unknown> = { ...(JSON.parse(before) as Settings) }
  for (const [name, value] of Object.entries({ defaultSigning, defaultRetryPolicy })) {
    if (value === null) delete settings[name]
    else if (value !== undefined) settings[name] = value
  }
  return JSON.stringify(settings)
}

export function applicationJson(row: ApplicationRow): ApplicationOut {
  const settings = JSON.parse(row.settings) as Settings
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    throttleRate: row.throttle_rate,
    rateLimit: row.throttle_rate,
    plan: row.plan,
    defaultSigning: settings.defaultSigning ?? null,
    defaultRetryPolicy: settings.defaultRetryPolicy ?? null,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

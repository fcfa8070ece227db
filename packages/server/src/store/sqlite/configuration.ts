import type { Database } from 'better-sqlite3'
import type { ApplicationId } from '#domain'
import type { Log } from '#platform'
import { createChangeListeners } from '../change-listeners.ts'
import type { ConfigurationPart, MadeFrom } from '../port/made-from.ts'
import type { AuditEntry } from '../port/mutation.ts'
import type { Transaction } from './writes/transaction.ts'

/** The versions of applications, and who is notified when they change. */
export interface Configuration {
  /** For one batch, in which no version changes: whether `version` still is the application's. */
  beginComparing(): (application: MadeFrom) => boolean
  /** Compares and raises, and with it the parts that are touched. False: somebody else was first. */
  raise(application: { readonly id: ApplicationId; readonly version: number }, touches: readonly ConfigurationPart[]): boolean
  /** Raises, whatever the version is, for a change of an endpoint. */
  raiseAny(id: ApplicationId): void
  /** Raises all applications of the plan, and says which. */
  raisePlan(plan: string): ApplicationId[]
  /** Notifies the listeners after the commit. */
  changed(application: ApplicationId | null): void
  audit(entry: AuditEntry): void
  onChange(listener: (application: ApplicationId | null) => void): void
  changes(since: number): { until: number; applications: ApplicationId[] }
}

export function createConfiguration(db: Database, transaction: Transaction, log: Pick<Log, 'error'>): Configuration {
  const listeners = createChangeListeners(log)
  /** Changes of this process's life, counted: nobody else can change the file. */
  const changedAt = new Map<ApplicationId, number>()
  let counter = 0
  const read = db.prepare<[string], { version: number; inbound: number; outbound: number }>(
    'select version, inbound_version as inbound, outbound_version as outbound from application where id = ?',
  )
  const compareAndRaise = db.prepare(
    `update application set version = version + 1, inbound_version = inbound_version + ?, outbound_version = outbound_version + ?
     where id = ? and version = ?`,
  )
  const raise = db.prepare('update application set version = version + 1, outbound_version = outbound_version + 1 where id = ?')
  const raisePlan = db
    .prepare<[string], string>('update application set version = version + 1 where plan = ? and deleted_at is null returning id')
    .pluck()
  const insertAudit = db.prepare(
    'insert into audit (id, at, application_id, actor, action, target, before, after, ip) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )

  const notify = (application: ApplicationId | null): void => {
    if (application !== null) changedAt.set(application, ++counter)
    listeners.changed(application)
  }

  return {
    beginComparing() {
      const versions = new Map<ApplicationId, ReturnType<typeof read.get>>()
      return ({ id, version, part }) => {
        if (!versions.has(id)) versions.set(id, read.get(id))
        return versions.get(id)?.[part ?? 'version'] === version
      }
    },
    raise({ id, version }, touches) {
      const [inbound, outbound] = [Number(touches.includes('inbound')), Number(touches.includes('outbound'))]
      return compareAndRaise.run(inbound, outbound, id, version).changes === 1
    },
    raiseAny: (id) => void raise.run(id),
    raisePlan: (plan) => raisePlan.all(plan) as ApplicationId[],
    changed: (application) => transaction.onCommit(() => notify(application)),
    audit(entry) {
      const { id, at, application, actor, action, target, before, after, ip } = entry
      insertAudit.run(id, at, application, actor, action, target, before, after, ip)
    },
    onChange: listeners.onChange,
    changes(since) {
      const applications: ApplicationId[] = []
      for (const [application, at] of changedAt) if (at > since) applications.push(application)
      return { until: counter, applications }
    },
  }
}

import { describe, onTestFinished } from 'vitest'
import { describeAccept, describeDedup } from './describe-accept.ts'
import { describeAlongside, describeAlongsideStatements } from './describe-alongside.ts'
import { describeAnew, describeAnewConfiguration } from './describe-anew.ts'
import { describeEach } from './describe-each.ts'
import { describeEntries, describeEntryUpkeep } from './describe-entries.ts'
import { describeGates } from './describe-gates.ts'
import { describeLatest } from './describe-latest.ts'
import { describeParts } from './describe-parts.ts'
import { describeLanes } from './describe-lanes.ts'
import { describeManagement, describeRetention } from './describe-management.ts'
import { describeMembers } from './describe-members.ts'
import { describeOperational, describeOperationalManagement } from './describe-operational.ts'
import { describeReplays } from './describe-replays.ts'
import { describeOrder } from './describe-order.ts'
import { describePlans, describeQuota } from './describe-quota.ts'
import { describeRuns } from './describe-runs.ts'
import { describeRequestSearch } from './describe-request-search.ts'
import { describeSchedules } from './describe-schedules.ts'
import { describeSearch } from './describe-search.ts'
import { describeSessions } from './describe-sessions.ts'
import { describeSettle } from './describe-settle.ts'
import { createScene, type Scene } from './scene.ts'
import type { Subject } from './subject.ts'

/** The one suite: what the port says, held against whatever `open` opens. `management: false` for the model, which has none. */
export function describeStore(name: string, open: () => Promise<Subject>, { management = true } = {}): void {
  const openScene = async (): Promise<Scene> => {
    const subject = await open()
    onTestFinished(() => subject.close())
    return createScene(subject)
  }
  describe(`${name}: accept`, () => describeAccept(openScene))
  describe(`${name}: deduplication and refusal`, () => describeDedup(openScene))
  describe(`${name}: many events in one request`, () => describeParts(openScene))
  describe(`${name}: what is written alongside`, () => describeAlongside(openScene))
  describe(`${name}: runs`, () => describeRuns(openScene))
  describe(`${name}: runs that wait for several`, () => describeEach(openScene))
  describe(`${name}: made anew`, () => describeAnew(openScene))
  describe(`${name}: settle`, () => describeSettle(openScene))
  describe(`${name}: operational messages`, () => describeOperational(openScene))
  describe(`${name}: replays`, () => describeReplays(openScene))
  describe(`${name}: lanes`, () => describeLanes(openScene))
  describe(`${name}: order`, () => describeOrder(openScene))
  describe(`${name}: sessions`, () => describeSessions(openScene))
  describe(`${name}: entries`, () => describeEntries(openScene))
  describe(`${name}: quota`, () => describeQuota(openScene))
  if (!management) return
  describe(`${name}: made anew by the configuration`, () => describeAnewConfiguration(openScene))
  describe(`${name}: statements written alongside`, () => describeAlongsideStatements(openScene))
  describe(`${name}: plans`, () => describePlans(openScene))
  describe(`${name}: management`, () => describeManagement(openScene))
  describe(`${name}: gates`, () => describeGates(openScene))
  describe(`${name}: schedules`, () => describeSchedules(openScene))
  describe(`${name}: members`, () => describeMembers(openScene))
  describe(`${name}: operational messages of management`, () => describeOperationalManagement(openScene))
  describe(`${name}: upkeep of entries`, () => describeEntryUpkeep(openScene))
  describe(`${name}: search`, () => describeSearch(openScene))
  describe(`${name}: search of requests`, () => describeRequestSearch(openScene))
  describe(`${name}: what came last`, () => describeLatest(openScene))
  describe(`${name}: retention`, () => describeRetention(openScene))
}

import { expect, it } from 'vitest'
import type { MutationResult, Statement, StoredMember } from '#store'
import { tablesOf } from '#store/testing'
import type { Scene } from './scene.ts'

/** People, their sessions and links. The model has none. */
export function describeMembers(open: () => Promise<Scene>): void {
  const row = (id: string, change: Partial<StoredMember> = {}): StoredMember => ({
    ...{ id, email: `${id}@example.com`, name: id, role: 'owner', applications: null, password: 'hash' },
    ...{ created_at: 5, last_seen_at: null, disabled_at: null, ...change },
  })
  const mutate = async ({ store }: Scene, ...statements: Statement[]): Promise<MutationResult['kind']> =>
    (await store.mutate({ statements, application: null, audit: [] })).kind
  const session = (hash: string, member: string, expiresAt: number) => ({
    ...{ hash, member_id: member, created_at: 5, last_used_at: 5, expires_at: expiresAt, ip: null, user_agent: null },
  })
  const link = (hash: string, member: string | null, expiresAt: number) => ({
    ...{ hash, kind: 'invite', member_id: member, created_at: 5, expires_at: expiresAt, used_at: null },
  })

  it('has one member to an address', async () => {
    const scene = await open()
    const { members } = scene.store.statements
    await mutate(scene, members.insert(row('mem_0', { password: null })))
    expect(await scene.store.queries.members.any()).toBe(false)
    expect(await mutate(scene, members.insert(row('mem_1')))).toBe('done')
    expect(await mutate(scene, members.insert(row('mem_2', { email: 'mem_1@example.com' })))).toBe('conflict')
    expect(await scene.store.queries.members.any()).toBe(true)
    expect(await scene.store.queries.members.withEmail('mem_1@example.com')).toEqual(row('mem_1'))
    expect(await scene.store.queries.members.list({ order: 'asc', beyond: null, limit: 10 })).toEqual([
      row('mem_0', { password: null }),
      row('mem_1'),
    ])
  })

  it('keeps an owner who can sign in, also where two give up at once', async () => {
    const scene = await open()
    const { members } = scene.store.statements
    const unable = [row('mem_3', { password: null }), row('mem_4', { disabled_at: 6 }), row('mem_5', { role: 'viewer' })]
    await mutate(scene, ...[row('mem_1'), row('mem_2'), ...unable].map((one) => members.insert(one)))
    const lower = (id: string) => mutate(scene, members.holdOwners(), members.keepAnOwner(id), members.update(id, { role: 'viewer' }))
    const kinds = await Promise.all([lower('mem_1'), lower('mem_2')])
    expect(kinds.toSorted()).toEqual(['changed', 'done'])
    const left = kinds[0] === 'done' ? 'mem_2' : 'mem_1'
    expect(await scene.store.queries.members.find(left)).toEqual(row(left))
    expect(await scene.store.queries.members.anyOtherOwner(left)).toBe(false)
    expect(await lower(left)).toBe('changed')
  })

  it('lets a link be used once', async () => {
    const scene = await open()
    const { members } = scene.store.statements
    await mutate(scene, members.insertLink(link('one', 'mem_1', 100)), members.insertLink(link('two', 'mem_1', 100)))
    const kinds = await Promise.all([mutate(scene, members.useLink('one', 7)), mutate(scene, members.useLink('one', 8))])
    expect(kinds.toSorted()).toEqual(['changed', 'done'])
    await mutate(scene, members.endLinks('mem_1'))
    expect(await scene.store.queries.members.link('one')).toMatchObject({ used_at: kinds[0] === 'done' ? 7 : 8 })
    expect(await scene.store.queries.members.link('two')).toBeUndefined()
  })

  it('moves the end of a session with its use, and never back', async () => {
    const scene = await open()
    const { members } = scene.store.statements
    await mutate(scene, members.insert(row('mem_1')), members.insertSession(session('s', 'mem_1', 100)))
    await mutate(scene, members.useSession('s', { at: 50, expiresAt: 150 }), members.seen('mem_1', 50))
    await mutate(scene, members.useSession('s', { at: 40, expiresAt: 140 }), members.seen('mem_1', 40))
    expect(await scene.store.queries.members.session('s')).toMatchObject({ last_used_at: 50, expires_at: 150 })
    expect(await scene.store.queries.members.find('mem_1')).toMatchObject({ last_seen_at: 50 })
    await mutate(scene, members.insertSession(session('other', 'mem_2', 100)), members.endSessions('mem_1'))
    expect(await scene.store.queries.members.session('s')).toBeUndefined()
    expect(await scene.store.queries.members.session('other')).toBeDefined()
  })

  it('removes sessions and links past their time', async () => {
    const scene = await open()
    const { members } = scene.store.statements
    const now = await scene.now()
    const [old, young] = [now - 1000, now + 500_000]
    const made = [members.insertSession(session('s', 'mem_1', old)), members.insertSession(session('t', 'mem_1', young))]
    await mutate(scene, ...made, members.insertLink(link('l', null, old)), members.insertLink(link('m', null, young)))
    const before = { requests: null, runs: null, messages: null, deliveries: null, audit: null, entries: null, now }
    while ((await scene.store.retain(before, 1)) > 0);
    const db = tablesOf(scene.store)
    expect(await db.selectFrom('member_session').select('hash').execute()).toEqual([{ hash: 't' }])
    expect(await db.selectFrom('member_link').select('hash').execute()).toEqual([{ hash: 'm' }])
  })
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApplicationId, RunId } from '#domain'
import type { HeldRun } from '#store'
import { RunBacklog } from './run-backlog.ts'

const PAGE = 4
const APPLICATIONS = ['app_a', 'app_b', 'app_c'] as ApplicationId[]

/** A list, and a memory in which each application has some places. */
function circumstances(places: number) {
  const list = new Map<RunId, HeldRun>()
  const inMemory = new Map<RunId, HeldRun>()
  const taken: RunId[] = []
  const backlog = new RunBacklog()
  const countOf = (application: ApplicationId) => [...inMemory.values()].filter((one) => one.application === application).length
  const memory = {
    knows: ({ run }: HeldRun) => inMemory.has(run),
    take: (one: HeldRun) => {
      if (countOf(one.application) >= places) return false
      inMemory.set(one.run, one)
      taken.push(one.run)
      return true
    },
  }
  const isLow = (application: ApplicationId) => countOf(application) * 2 < places
  return {
    backlog,
    taken,
    inMemory,
    list,
    /** It is in the store from now on. */
    keep(number: number, application: ApplicationId): HeldRun {
      const one = { run: `run_${String(number).padStart(4, '0')}` as RunId, application, rev: 0 }
      list.set(one.run, one)
      return one
    },
    /** Given by a wake-up. */
    give(one: HeldRun): void {
      if (!memory.knows(one) && !memory.take(one)) backlog.missed(one.application, one.run)
    },
    end(run: RunId): void {
      inMemory.delete(run)
      list.delete(run)
    },
    /** Reads one page; `meanwhile` happens between the store's answer and its arrival. */
    read(meanwhile: () => void = () => {}): boolean {
      const page = backlog.next(isLow)
      if (page === undefined) return false
      const behind = [...list.values()].filter(({ run }) => run > (page.after ?? '')).toSorted((a, b) => (a.run < b.run ? -1 : 1))
      const runs = behind.slice(0, PAGE)
      meanwhile()
      backlog.read(page, { runs, isEnd: runs.length < PAGE }, memory)
      return true
    },
  }
}

/** What may happen: a run is kept and announced, or not announced; one ends; a page is read, while another run is kept. */
const events = fc.array(
  fc.record({
    what: fc.constantFrom('announced', 'announced', 'unannounced', 'end', 'page', 'page', 'pageMeanwhile', 'look'),
    number: fc.integer({ min: 0, max: 300 }),
    application: fc.constantFrom(...APPLICATIONS),
  }),
  { maxLength: 150 },
)

describe('the backlog of runs', () => {
  test('loses none: whatever happens, all that somebody announced or that a look saw is read as others end, without another look', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 7 }), (script, places) => {
        const { backlog, inMemory, list, keep, give, end, read } = circumstances(places)
        const unannounced = new Set<RunId>()
        const used = new Set<number>()
        for (const { what, number, application } of script) {
          if (what === 'end') {
            const [first] = inMemory.keys()
            if (first !== undefined) end(first)
          } else if (what === 'page') read()
          else if (what === 'look') backlog.lookOn()
          else if (!used.has(number)) {
            used.add(number)
            if (what === 'announced') give(keep(number, application))
            else if (what === 'unannounced') unannounced.add(keep(number, application).run)
            else read(() => give(keep(number, application)))
          }
        }
        const drain = () => {
          for (let steps = 0; steps < 3000; steps++) {
            const [first] = inMemory.keys()
            if (!read() && first === undefined) return
            if (first !== undefined) end(first)
          }
          expect.unreachable('it comes to an end')
        }
        drain()
        expect([...list.keys()].filter((run) => !unannounced.has(run))).toEqual([])
        // What nobody announced is seen by a look; one that was under way when it came may have passed its place.
        for (let looks = 0; looks < 100; looks++) {
          backlog.lookOn()
          drain()
        }
        expect([...list.keys()]).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('gives the runs of one application in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...APPLICATIONS), { maxLength: 80 }), fc.integer({ min: 1, max: 7 }), (of, places) => {
        const { inMemory, taken, keep, end, read } = circumstances(places)
        const applications = new Map(of.map((application, i) => [keep(i, application).run, application]))
        for (;;) {
          const [first] = inMemory.keys()
          if (!read() && first === undefined) break
          if (first !== undefined) end(first)
        }
        for (const one of APPLICATIONS) {
          const its = [...applications].filter(([, application]) => application === one).map(([run]) => run)
          expect(taken.filter((run) => applications.get(run) === one)).toEqual(its)
        }
      }),
    )
  })

  test('reads for whoever is low from where its runs go on, not from the beginning', () => {
    const { backlog, inMemory, keep, end, read } = circumstances(4)
    const [a, b] = APPLICATIONS as [ApplicationId, ApplicationId]
    for (let number = 0; number < 100; number++) keep(number, number < 50 ? a : b)
    while (read());
    for (const run of inMemory.keys()) if (run >= 'run_0050') end(run)
    expect(backlog.next((application) => application === b)).toEqual({ after: 'run_0053', isOfLook: false })
  })

  test('looks a few pages at a time for what nobody announced, and not at all while the list cannot be read', () => {
    const { backlog, keep, read } = circumstances(4)
    for (let number = 0; number < 200; number++) keep(number, APPLICATIONS[0]!)
    const pages = () => {
      let count = 0
      while (read()) count++
      return count
    }
    // The first look goes through at once: nothing is known of what the list has.
    expect(pages()).toBe(51)
    backlog.lookOn()
    expect(pages()).toBe(8)
    backlog.lookOn()
    backlog.rest()
    expect(pages()).toBe(0)
    backlog.lookOn()
    expect(pages()).toBe(8)
  })
})

import type { MadeFrom } from '../../port/made-from.ts'

/** As the functions know them; 0: the whole. */
const PARTS = { inbound: 1, outbound: 2 } as const

/** Distinct configurations that operations of a batch were made from, and which one each was: 0 if none. */
export function collectApplications() {
  const places = new Map<string, number>()
  const ids: string[] = []
  const versions: number[] = []
  const parts: number[] = []
  const made: number[] = []
  return {
    add(application: MadeFrom | null): void {
      if (application === null) return void made.push(0)
      const { id, version, part } = application
      const number = part === undefined ? 0 : PARTS[part]
      const name = `${id} ${version} ${number}`
      let place = places.get(name)
      if (place === undefined) {
        place = ids.push(id)
        versions.push(version)
        parts.push(number)
        places.set(name, place)
      }
      made.push(place)
    },
    /** Parameters: ids, versions, parts, the configuration of each operation. */
    get parameters() {
      return [ids, versions, parts, made]
    },
  }
}

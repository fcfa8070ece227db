import type { ApplicationId } from '#domain'

/** Distinct pairs of application and version, and which pair each operation of a batch was made for: 0 if for none. */
export function collectApplications() {
  const places = new Map<string, number>()
  const ids: string[] = []
  const versions: number[] = []
  const pairs: number[] = []
  return {
    add(application: { readonly id: ApplicationId; readonly version: number } | null): void {
      if (application === null) return void pairs.push(0)
      const name = `${application.id} ${application.version}`
      let place = places.get(name)
      if (place === undefined) {
        place = ids.push(application.id)
        versions.push(application.version)
        places.set(name, place)
      }
      pairs.push(place)
    },
    /** Parameters: ids, versions, the pair of each operation. */
    get parameters() {
      return [ids, versions, pairs]
    },
  }
}

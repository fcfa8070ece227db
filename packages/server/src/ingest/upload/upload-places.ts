/** What is under way at the same time: each upload has a file open, and pieces of it in memory. */
export interface UploadPlaces {
  /** Undefined: there is no place. */
  take(application: string, bytes: number): UploadPlace | undefined
  /** What uploads that are under way may still bring to an application. */
  bytesOf(application: string): number
  readonly count: number
}

export interface UploadPlace {
  giveBack(): void
}

const UPLOADS_MAX = 64
/** One application leaves as many to the others. */
const OF_APPLICATION_MAX = 32

export function createUploadPlaces(): UploadPlaces {
  const taken = new Map<string, { count: number; bytes: number }>()
  let count = 0
  return {
    take(application, bytes) {
      const of = taken.get(application) ?? { count: 0, bytes: 0 }
      if (count >= UPLOADS_MAX || of.count >= OF_APPLICATION_MAX) return undefined
      count++
      of.count++
      of.bytes += bytes
      taken.set(application, of)
      let given = false
      return {
        giveBack() {
          if (given) return
          given = true
          count--
          of.count--
          of.bytes -= bytes
          if (of.count === 0) taken.delete(application)
        },
      }
    },
    bytesOf: (application) => taken.get(application)?.bytes ?? 0,
    get count() {
      return count
    },
  }
}

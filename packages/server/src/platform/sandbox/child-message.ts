/** What a child process says to its pool. `cpuMs`: processor time that it has used since it began. */
export type ChildMessage<Answer> =
  | { readonly kind: 'ready'; readonly cpuMs: number }
  | { readonly kind: 'answer'; readonly answer: Answer; readonly cpuMs: number }
  /** How far the job has come, in the program's own words: `PoolAnswer` has the last of them if the job does not end well. */
  | { readonly kind: 'place'; readonly place: string }
  /** Its program threw, which it never should. */
  | { readonly kind: 'threw'; readonly message: string; readonly cpuMs: number }

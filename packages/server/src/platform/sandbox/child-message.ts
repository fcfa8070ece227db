/** What a child process says to its pool. `cpuMs`: processor time that it has used since it began. */
export type ChildMessage<Answer> =
  | { readonly kind: 'ready'; readonly cpuMs: number }
  | { readonly kind: 'answer'; readonly answer: Answer; readonly cpuMs: number }
  /** Its program threw, which it never should. */
  | { readonly kind: 'threw'; readonly message: string; readonly cpuMs: number }

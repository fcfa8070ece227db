/** The same values without some of them, for addresses that lose a parameter. */
export function without<Values extends object, Name extends keyof Values>(values: Values, ...names: readonly Name[]): Omit<Values, Name> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name as Name))) as Omit<Values, Name>
}

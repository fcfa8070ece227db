export * from './errors.ts'
export * from './flow-definition.ts'
export * from './flow-definition-faults.ts'

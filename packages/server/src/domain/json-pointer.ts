/** As the contract writes and reads them, for the rooms that may not know the contract. */
export { escapePointer, pointerParts } from '@posthorn/contract'

/** Which of the two the pages stand in: the console, or the portal of customers, where nothing is shown that they could not have. */
export const surface = { isPortal: false, name: 'Posthorn' }

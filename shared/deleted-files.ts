/** How many days what a tool deleted or replaced can be got back. */
export const deletedFilesKeptDays = 30;

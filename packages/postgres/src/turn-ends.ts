/** When all has run that is ready to run now: promises settle before the next tick. */
export const turnEnds = () => new Promise<void>((resolve) => process.nextTick(resolve))

// What checks the image uses of the bench: the same rows, and the same load.
export { QUICK } from './fixture.ts'
export { startMix } from './mix.ts'
export { fill } from './seed.ts'
export { stopUnderLoad } from './stop-under-load.ts'
export { tokenOf } from './token.ts'

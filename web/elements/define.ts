/** Registers every element; loaded only where there are custom elements. */
export * from './classify.js'
export * from './generate.js'
export * from './grid.js'
export * from './heads.js'
export * from './matrix.js'
export * from './translate.js'

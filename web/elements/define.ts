/** Registers every element; loaded only where there are custom elements. */
export * from './generate.js'
export * from './grid.js'
export * from './heads.js'
export * from './matrix.js'

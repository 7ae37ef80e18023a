/** 各元素所说的话，简体中文。 What the elements say in Simplified Chinese: each text written for its reader, not word for word. */
export * from './author.js'
export * from './change.js'
export * from './controls.js'
export * from './errors.js'
export * from './numbers.js'
export * from './views.js'

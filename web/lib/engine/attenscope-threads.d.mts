/** Declares the engine's threads build, which stands beside the bundles once they are built. */

export { default } from '../generated/attenscope-module.js'

/** Declares the attention library's base build, which stands beside the bundles once they are built. */

export { default } from '../generated/attenscope-ops-module.js'

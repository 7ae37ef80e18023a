/** Declares the attention library's build for relaxed SIMD, which stands beside the bundles once they are built. */

export { default } from '../generated/attenscope-ops-module.js'

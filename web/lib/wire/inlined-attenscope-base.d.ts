/** Declares the copy of a file of the package, which stands beside the bundles once they are built. */

declare const text: string
export default text

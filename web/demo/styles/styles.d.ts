/** Styles of packages, which the build puts beside the scripts that import them. */
declare module '*.css'

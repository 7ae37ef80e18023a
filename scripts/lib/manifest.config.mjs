// What the analyser of custom elements reads; it leaves package.json alone.
export default { globs: ['web/elements/**/*.ts'], litelement: true, packagejson: false, quiet: true }

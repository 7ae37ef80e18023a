// The settings of the custom-elements analyser, which must not change package.json.
export default { globs: ['web/elements/**/*.ts'], litelement: true, packagejson: false, quiet: true }

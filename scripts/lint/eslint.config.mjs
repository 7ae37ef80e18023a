// ESLint's rules: those that find real faults, such as a promise that is not awaited. Prettier formats the code.
const { default: tseslint } = await import('typescript-eslint')

const rules = {
  // The error of a promise that is not awaited is lost.
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/only-throw-error': 'error',
  // A caught value is passed on as it is.
  '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
  // A new case of a union has to be handled everywhere.
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // Off: the package checks the arguments of callers in JavaScript, who can pass values that the types exclude.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // Off: methods here are closures, which a caller may take out of their object.
  '@typescript-eslint/unbound-method': 'off',
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  // Off: values of files and callers are unknown until typeof has sorted them, which the rule does not follow.
  '@typescript-eslint/no-base-to-string': 'off',
  '@typescript-eslint/restrict-plus-operands': 'error',
  '@typescript-eslint/no-array-delete': 'error',
  '@typescript-eslint/no-for-in-array': 'error',
  '@typescript-eslint/no-implied-eval': 'error',
  // `[...text]` is the list of a text's code points.
  '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
  '@typescript-eslint/no-unsafe-unary-minus': 'error',
  '@typescript-eslint/no-duplicate-type-constituents': 'error',
  '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }
  ],
  'array-callback-return': 'error',
  'no-constant-condition': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-loss-of-precision': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unsafe-finally': 'error',
  // Some `for await` loops end after the first step on purpose: this ends a generation.
  'no-unreachable-loop': ['error', { ignore: ['ForOfStatement'] }],
  'no-unmodified-loop-condition': 'error',
  'no-async-promise-executor': 'error',
  'no-fallthrough': 'error',
  'use-isnan': 'error',
  'valid-typeof': 'error',
  // `== null` compares with null and undefined at once.
  eqeqeq: ['error', 'always', { null: 'ignore' }]
}

export default [
  { ignores: ['**/node_modules/', '.toolchain/', 'build/', 'dist/', 'web/lib/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['web/**/*.ts', 'wasm-tests/**/*.ts', 'bench/**/*.ts', 'vitest.config.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: new URL('../..', import.meta.url).pathname }
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules
  }
]

import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import svelteConfig from '../ui/svelte.config.js';

const typeScript = ['src/**/*.ts', 'test/**/*.ts', 'ui/**/*.ts'];
const components = ['ui/**/*.svelte'];
/** Modules with runes, which the compiler of components makes. */
const runes = ['ui/**/*.svelte.ts'];
const plainScripts = ['config/**/*.{js,mjs,cjs}', 'test/**/*.mjs'];

/** The size limits of the house style. */
const sizes = {
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: false }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 12],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
};

export default defineConfig([
  { ignores: ['dist/', 'dist.building-*/', 'coverage/', 'node_modules/', 'ui/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { rules: { eqeqeq: 'error', 'no-console': 'error', 'object-shorthand': 'error', ...sizes } },

  {
    files: [...typeScript, ...components],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: `${import.meta.dirname}/..`,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // `||` also replaces the empty string, which is what an unset variable or header often is.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // `result: void` in a table of operations says what it should.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // The implementation of an asynchronous port may have nothing to wait for, and must still reject, not throw.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/main.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config and src/main.ts read the environment.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // What the API answers is held to its schemas at run time; each test knows what it asked for.
    files: ['test/e2e/{api,page}/**/*.ts', 'test/support/api-client.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  ...svelte.configs.recommended.map((config) => ({ ...config, files: config.files ?? [...components, ...runes] })),
  {
    files: [...components, ...runes],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
  },
  {
    files: components,
    rules: {
      // Requests are made in ui/src/api, and what they brought is kept in `*.svelte.ts`.
      'no-restricted-globals': ['error', 'fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket', 'localStorage'],
      // `const` is what `$props()` and `$state.raw` need; the compiler sees to the rest.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      // The router takes addresses as they are.
      'svelte/no-navigation-without-resolve': 'off',
      // Names of types in generics of components and snippets.
      'no-undef': 'off',
      'no-useless-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  { files: ['ui/src/**/*.ts'], rules: { 'no-undef': 'off' } },
  { files: ['src/cli/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['ui/public/*.js'],
    languageOptions: { globals: { document: 'readonly', localStorage: 'readonly' } },
  },
  {
    files: plainScripts,
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        module: 'writable',
        process: 'readonly',
        setInterval: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
]);

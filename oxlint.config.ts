import { defineConfig, type OxlintOverride } from 'oxlint'
import { doorsOfMain, doorsOfTests, keptIn, mayImport, packagesMayImport } from './architecture.ts'

const rooms = Object.keys(mayImport)
const packages = Object.keys(keptIn)

interface Permissions {
  /** What may be imported as `#…`. */
  readonly doors: readonly string[]
  /** What may be imported as `@posthorn/…`. */
  readonly workspaces: readonly string[]
  /** Which of the kept packages may be imported. */
  readonly packages: readonly string[]
}

/**
 * An override replaces a rule, it does not add to it, so each one states everything that is refused in its files.
 * A `*` does not cross a slash, hence both `#room` and `#room/**`.
 */
function restrictedImports({ doors, workspaces, packages: allowed }: Permissions): NonNullable<OxlintOverride['rules']> {
  const group = [...rooms.flatMap((room) => [`#${room}`, `#${room}/**`]), ...doors.map((door) => `!#${door}`)]
  const scope = ['@posthorn/**', ...workspaces.map((name) => `!@posthorn/${name}`)]
  const kept = packages.filter((name) => !allowed.includes(name))
  return {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          { group, message: 'architecture.ts does not let these files know that room, or past its door.' },
          { group: scope, message: 'architecture.ts does not let these files know that workspace.' },
        ],
        paths: kept.map((name) => ({ name, message: `Only ${keptIn[name as keyof typeof keptIn]} may import it.` })),
      },
    ],
  }
}

/** What is kept in this folder, or in one around it. */
function keptAround(folder: string): string[] {
  return packages.filter((name) => `${folder}/`.startsWith(`${keptIn[name as keyof typeof keptIn]}/`))
}

const workspaceNames = new Set<string>(Object.values(packagesMayImport).flat())
const isWorkspace = (name: string) => workspaceNames.has(name)

const workspaceOverrides: OxlintOverride[] = Object.entries(packagesMayImport).map(([name, workspaces]) => ({
  files: [`**/packages/${name}/src/**`],
  rules: restrictedImports({ doors: name === 'server' ? [...rooms, ...doorsOfMain] : [], workspaces, packages: [] }),
}))

const roomOverrides: OxlintOverride[] = Object.entries(mayImport).flatMap(([room, allowed]) => {
  const doors = allowed.filter((name) => !isWorkspace(name))
  const workspaces = allowed.filter(isWorkspace)
  const folders = new Set(Object.values(keptIn).filter((folder) => folder.startsWith(`${room}/`)))
  return [
    { files: [`**/packages/server/src/${room}/**`], rules: restrictedImports({ doors, workspaces, packages: keptAround(room) }) },
    ...[...folders].map((folder) => ({
      files: [`**/packages/server/src/${folder}/**`],
      rules: restrictedImports({ doors, workspaces, packages: keptAround(folder) }),
    })),
  ]
})

const testFiles = ['**/*.test.ts', '**/packages/*/test/**', 'test/**', 'bench/**']

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'import/no-cycle': ['error', { ignoreTypes: true }],
    'import/no-default-export': 'error',
    'max-params': ['warn', { max: 3 }],
    'no-var': 'error',
    'prefer-const': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // A branch step has a field `then`; patterns name control characters to refuse them; texts are made of `unknown` on purpose.
    'unicorn/no-thenable': 'off',
    'no-control-regex': 'off',
    'require-yield': 'off',
    'typescript/no-base-to-string': 'off',
    'typescript/no-misused-spread': 'off',
    // Spreads of small literals keep conditional parts beside the others.
    'unicorn/no-useless-spread': 'off',
    'typescript/restrict-template-expressions': 'off',
    // Our functions are written as methods of interfaces and never use `this`.
    'typescript/unbound-method': 'off',
    'vitest/expect-expect': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/no-conditional-expect': 'off',
    'vitest/no-standalone-expect': 'off',
    'vitest/require-mock-type-parameters': 'off',
    'vitest/require-to-throw-message': 'off',
    'vitest/valid-title': 'off',
    'vitest/valid-describe-callback': 'off',
  },
  overrides: [
    ...workspaceOverrides,
    ...roomOverrides,
    {
      files: testFiles,
      rules: {
        'vitest/expect-expect': [
          'error',
          { assertFunctionNames: ['expect', 'expect*', 'assert', 'assert.*', 'assert*', 'fc.assert', '*.expect*', 'compare*'] },
        ],
        ...restrictedImports({ doors: [...rooms, ...doorsOfMain, ...doorsOfTests], workspaces: ['**'], packages }),
      },
    },
    // An operation may have several parameters in its path, a body, a query and options.
    { files: ['**/generated-*.ts'], rules: { 'max-params': 'off' } },
    { files: ['*.config.ts', 'scripts/test-report.mjs', 'test/support/global-setup.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
})

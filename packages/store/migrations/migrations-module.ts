/** The text of `control-migrations.ts` for these SQL files, in their order. */
export function migrationsModule(files: readonly { readonly tag: string; readonly sql: string }[]): string {
  const migrations = files.map(({ tag, sql }) => {
    const statements = sql
      .split('--> statement-breakpoint')
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '');
    return `  {\n    tag: ${literal(tag)},\n    statements: [\n${statements.map((statement) => `      ${literal(statement)},\n`).join('')}    ],\n  },\n`;
  });
  return `// Made by \`pnpm migration\` from the SQL in migrations/control. Edit the schema instead.\n\nimport type { Migration } from '../migrate.ts';\n\nexport const CONTROL_MIGRATIONS: readonly Migration[] = [\n${migrations.join('')}];\n`;
}

/** As the formatter writes it. */
function literal(text: string): string {
  const quoted = JSON.stringify(text);
  return text.includes("'") ? quoted : `'${quoted.slice(1, -1).replaceAll('\\"', '"')}'`;
}

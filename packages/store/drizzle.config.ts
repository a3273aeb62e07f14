import { defineConfig } from 'drizzle-kit';

// `pnpm migration` makes the SQL of a schema change here and the module that the store runs from it.
export default defineConfig({
  dialect: 'sqlite',
  schema: './src/control/schema/*-schema.ts',
  out: './migrations/control',
});

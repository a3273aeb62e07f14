export { openExporter } from './open-exporter.ts';
export type { ExporterApp, ExporterAppOptions } from './open-exporter.ts';

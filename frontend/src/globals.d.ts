/** Built files by logical name, put in by the build. */
declare const FILES: Readonly<Record<string, string>>;

declare module '@tabler/core/js/src/bootstrap/*';
declare module 'htmx.org';

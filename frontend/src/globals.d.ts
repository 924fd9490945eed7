/** Built files by logical name, put in by the build. */
declare const FILES: Readonly<Record<string, string>>;

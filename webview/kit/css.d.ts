// Style sheets are imported for their effect only; esbuild bundles them beside the script.
declare module '*.css';

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The web application: sources in src/web, built into dist/web, served by the node itself. */
export default defineConfig({
  root: fromHere('src/web'),
  base: '/',
  plugins: [react()],
  build: {
    outDir: fromHere('dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // The map's borders are one chunk of 740 kB, fetched once, after the page is usable.
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4711', '/nodes': 'http://127.0.0.1:4711', '/ready': 'http://127.0.0.1:4711' } },
});

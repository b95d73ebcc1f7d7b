import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The page that checks and opens a sealed file, as one HTML file that needs nothing beside it: it goes to a
 * machine without network on a stick. Its policy lets it run its own script and open no connection at all.
 */
export default defineConfig({
  root: fromHere('src/opener'),
  base: './',
  plugins: [oneFile('icarus-open.html')],
  build: {
    outDir: fromHere('dist/opener'),
    emptyOutDir: true,
    target: 'es2023',
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
});

/** Puts scripts and styles into the page, with their digests in its policy (CSP level 3, hash-source). */
function oneFile(fileName: string): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      let [page, script, style] = ['', '', ''];
      for (const [name, output] of Object.entries(bundle)) {
        const text = output.type === 'chunk' ? output.code : String(output.source);
        if (name.endsWith('.html')) page = text;
        else if (output.type === 'chunk') script += text.replaceAll('</script', '<\\/script');
        else if (name.endsWith('.css')) style += text;
        else this.error(`${name} does not fit into one file`);
        delete bundle[name];
      }
      const policy = [
        "default-src 'none'",
        `script-src '${digest(script)}'`,
        `style-src '${digest(style)}'`,
        'img-src data:',
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        // No policy at all: text never becomes an element, a script or the address of one (Trusted Types).
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join('; ');
      const source = page
        .replace(/<script type="module"[^>]*><\/script>\s*/, '')
        .replace(/<link rel="stylesheet"[^>]*>\s*/, '')
        .replace(
          '<meta charset="utf-8" />',
          (charset) => `${charset}\n    <meta http-equiv="content-security-policy" content="${policy}" />`,
        )
        .replace('</head>', () => `<style>${style}</style>\n  </head>`)
        .replace('</body>', () => `<script type="module">${script}</script>\n  </body>`);
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

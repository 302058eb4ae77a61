// Packs the libraries and our own scripts into operator_console/static/built: what the pages load, and nothing from elsewhere.
// `node build.mjs --watch` builds again at every change.
import { argv } from "node:process";
import * as esbuild from "esbuild";

const options = {
  entryPoints: {
    console: "src/console.js",
    recorder: "src/recorder.js",
    charts: "src/charts.js",
    recording: "src/recording.js",
    demo_device: "src/demo_device.js",
  },
  outdir: "../operator_console/static/built",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
};

if (argv.includes("--watch")) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  await esbuild.build(options);
}

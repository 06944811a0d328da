@node "%~dp0vscode-shim.mjs" %*

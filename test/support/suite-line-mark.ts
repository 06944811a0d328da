// What the suite inside VS Code puts before each line it prints, so that the host outside can tell its
// lines from VS Code's own log.
export const suiteLineMark = '[suite] ';

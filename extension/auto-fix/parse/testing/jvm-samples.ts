// What javac prints. Recorded from the programs; folders read /project.
import type { Sample } from './sample';

export const jvmSamples: readonly Sample[] = [
  {
    tool: 'javac 17',
    output: `src/main/java/p/A.java:3: error: incompatible types: String cannot be converted to int
  int f() { return "x"; }
                   ^
src/main/java/p/A.java:4: error: cannot find symbol
  void g() { nope(); }
             ^
  symbol:   method nope()
  location: class A
2 errors`,
    problems: [
      { file: 'src/main/java/p/A.java', line: 3, column: 20, severity: 'error', code: null, message: 'incompatible types: String cannot be converted to int', source: 'java' },
      { file: 'src/main/java/p/A.java', line: 4, column: 14, severity: 'error', code: null, message: 'cannot find symbol\nsymbol: method nope()\nlocation: class A', source: 'java' },
    ],
  },
];
